//! What only a desktop can do: file dialogs, the clipboard, graphics switches.
//!
//! Invariant: nothing here is reachable from the page except through a command of `api`.

use std::path::PathBuf;

use api::domain::pack::PACK_FILE_EXTENSION;
use api::{Host, Pasted};
use tauri::{AppHandle, Url};
use tauri_plugin_dialog::DialogExt;

/// The desktop as the core sees it.
pub(crate) struct Desktop {
    handle: AppHandle,
}

impl Desktop {
    pub(crate) fn new(handle: AppHandle) -> Self {
        Self { handle }
    }
}

impl Host for Desktop {
    fn choose_images(&self) -> Vec<PathBuf> {
        let chosen = self
            .handle
            .dialog()
            .file()
            .set_title("Add screenshots")
            .add_filter("Pictures", &["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "pdf"])
            .add_filter("All files", &["*"])
            .blocking_pick_files();
        chosen.unwrap_or_default().into_iter().filter_map(|path| path.into_path().ok()).collect()
    }

    fn choose_watched_folder(&self) -> Option<PathBuf> {
        let dialog = self.handle.dialog().file().set_title("Folder to take new pictures from");
        dialog.blocking_pick_folder().and_then(|path| path.into_path().ok())
    }

    fn choose_table(&self) -> Option<PathBuf> {
        let dialog = self.handle.dialog().file().set_title("Import a table");
        let dialog = dialog.add_filter("Tables", &["csv", "tsv", "txt"]).add_filter("All files", &["*"]);
        dialog.blocking_pick_file().and_then(|path| path.into_path().ok())
    }

    fn choose_pack_folder(&self) -> Option<PathBuf> {
        let dialog = self.handle.dialog().file().set_title("Folder with config.json and safetensors");
        dialog.blocking_pick_folder().and_then(|path| path.into_path().ok())
    }

    fn choose_pack_file(&self) -> Option<PathBuf> {
        let dialog = self.handle.dialog().file().set_title("Install a pack file");
        let dialog = dialog.add_filter("Pack files", &[PACK_FILE_EXTENSION]).add_filter("All files", &["*"]);
        dialog.blocking_pick_file().and_then(|path| path.into_path().ok())
    }

    fn save_pack_file(&self, name: &str) -> Option<PathBuf> {
        let dialog = self.handle.dialog().file().set_title("Save the pack as one file").set_file_name(name);
        dialog.blocking_save_file().and_then(|path| path.into_path().ok())
    }

    fn clipboard(&self) -> Option<Pasted> {
        // WebKitGTK does not hand clipboard pictures to pages, so the clipboard is read natively.
        let mut clipboard = arboard::Clipboard::new().ok()?;
        if let Ok(picture) = clipboard.get_image() {
            return Some(Pasted::Pixels {
                width: picture.width as u32,
                height: picture.height as u32,
                rgba: picture.bytes.into_owned(),
            });
        }
        clipboard.get().file_list().ok().filter(|paths| !paths.is_empty()).map(Pasted::Files)
    }
}

/// Whether the window may go there: its own pages and nothing else.
pub(crate) fn is_own_page(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => true,
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

/// Chooses a renderer that shows a window everywhere, unless the user chose one.
///
/// WebKitGTK's DMABUF renderer leaves the window blank on some drivers and without a GPU (tauri issue 9304).
#[expect(unsafe_code, reason = "environment variables are set before any thread exists")]
pub(crate) fn choose_safe_graphics() {
    if cfg!(target_os = "linux") && std::env::var_os("WEBKIT_DISABLE_DMABUF_RENDERER").is_none() {
        unsafe { std::env::set_var("WEBKIT_DISABLE_DMABUF_RENDERER", "1") };
    }
}

/// Lets large blocks go back to the system as soon as they are free, and threads share their small ones.
///
/// Otherwise glibc keeps freed blocks of up to 32 MB once it has seen one (mallopt(3)), and the answers of a large library
/// are many such blocks.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(
    unsafe_code,
    reason = "the allocator is set before any other thread exists; a setting that it refuses changes nothing"
)]
pub(crate) fn give_memory_back() {
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 256 * 1024);
        libc::mallopt(libc::M_ARENA_MAX, 2);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) const fn give_memory_back() {}
