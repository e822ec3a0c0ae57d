//! Declares the window's two commands, so that every other command is denied.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&["rpc", "subscribe"]);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands)) {
        panic!("the window's configuration is not valid: {error:#}");
    }
}
