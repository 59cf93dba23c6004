//! A whole epoch, from where it begins.

use super::*;

impl<'a> Explorer<'a> {
    /// The graph of a program in a world, from where an epoch begins up to the next time at which time alone changes something. None
    /// where combinations must be told apart by their time (see [`times`]), if that is asked. Where a number is given, so many combinations are
    /// looked at, the nearest first, and all that lies further on is [`Graph::beyond`].
    pub fn explore(
        program: &'a Program,
        world: &'a World,
        live: &'a Live,
        begin: &Begin,
        (asked, nearest): (bool, Option<usize>),
    ) -> Result<Option<Explored>, NotExact> {
        let mut explorer = Explorer::new(program, world, live, false);
        explorer.nearest = nearest;
        explorer.graph.start = explorer.begin(begin)?;
        while explorer.go_on()? {
            if asked && explorer.times.wanted() {
                return Ok(None);
            }
        }
        Ok(Some(explorer.explored()))
    }

    /// The same, where combinations are told apart by their time.
    pub fn explore_by_time(
        program: &'a Program,
        world: &'a World,
        live: &'a Live,
        begin: &Begin,
        nearest: Option<usize>,
    ) -> Result<Explored, NotExact> {
        let mut explorer = Explorer::new(program, world, live, true);
        explorer.nearest = nearest;
        explorer.graph.start = explorer.begin(begin)?;
        while explorer.go_on()? {}
        Ok(explorer.explored())
    }

    /// Looks at the combinations up to the first time at which time alone changes something, until they are `so`: asked after so many each, and
    /// when all are known. Whether they came to be so; refused as exploring them would be.
    pub fn comes_to(
        program: &'a Program,
        world: &'a World,
        live: &'a Live,
        each: usize,
        so: impl Fn(&Graph, bool) -> bool,
    ) -> Result<bool, NotExact> {
        let mut explorer = Explorer::new(program, world, live, false);
        explorer.graph.start = explorer.start()?;
        let mut looked = 0;
        while explorer.go_on()? {
            let known = explorer.graph.vertices.len();
            if known >= looked + each {
                looked = known;
                if so(&explorer.graph, false) {
                    return Ok(true);
                }
            }
        }
        Ok(so(&explorer.graph, true))
    }
}
