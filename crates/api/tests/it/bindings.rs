//! The committed TypeScript bindings are those of the code.

use std::path::Path;

#[test]
fn bindings_are_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/host/bindings.ts");
    let generated = api::bindings::typescript();
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        std::fs::write(&path, &generated).expect("the bindings can be written");
    }
    let committed = std::fs::read_to_string(&path).expect("the bindings are committed");
    assert_eq!(
        committed, generated,
        "run `UPDATE_BINDINGS=1 cargo test -p api --test it bindings` and commit the result"
    );
}
