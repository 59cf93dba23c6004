//! A page of plain text, wrapped.

/// Columns of a line.
const WIDTH: usize = 100;

/// Lines of text so far.
#[derive(Default)]
pub struct Page {
    text: String,
}

impl Page {
    /// The whole text.
    pub fn finish(self) -> String {
        self.text
    }

    /// An empty line, unless there is one.
    pub fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A heading with its empty line.
    pub fn heading(&mut self, words: &str) {
        self.gap();
        self.line(0, words);
    }

    /// A paragraph that begins `indent` columns from the left, and goes on two further.
    pub fn line(&mut self, indent: usize, words: &str) {
        let mut column = 0;
        for word in words.split_whitespace() {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > WIDTH {
                self.text.push('\n');
                column = 0;
                self.blanks(indent + 2, &mut column);
            } else if column == 0 {
                self.blanks(indent, &mut column);
            } else {
                self.text.push(' ');
                column += 1;
            }
            self.text.push_str(word);
            column += length;
        }
        self.text.push('\n');
    }

    fn blanks(&mut self, count: usize, column: &mut usize) {
        self.text.extend(std::iter::repeat_n(' ', count));
        *column += count;
    }
}
