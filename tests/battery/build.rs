//! Links TestU01 and the two libraries beside it, by their Debian names (elsewhere: `probdist` and `mylib`).
fn main() {
    for library in ["testu01", "testu01probdist", "testu01mylib", "m"] {
        println!("cargo:rustc-link-lib={library}");
    }
}
