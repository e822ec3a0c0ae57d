//! One window with its own display, driver, library and clipboard.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;

use crate::page::Page;

/// Everything that one test started; all of it ends with it.
pub(crate) struct Session {
    pub(crate) page: Page,
    display: String,
    children: Vec<Child>,
    folder: TempDir,
}

impl Session {
    /// Starts display, driver and window; the samples named are given to the window as arguments.
    pub(crate) async fn start(samples: &[&str]) -> Self {
        Self::start_with(samples, &[]).await
    }

    /// The same with the very small model of the tests installed as the pack `micro`, and chosen.
    pub(crate) async fn start_with_model(samples: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let weights = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/weights/micro-smolvlm");
        let weights = weights.display().to_string();
        for arguments in [vec!["install", "--folder", &weights, "micro"], vec!["use", "micro"]] {
            let status = Command::new(built("shortlist"))
                .args(["models", "--models"])
                .arg(folder.path().join("models"))
                .args(arguments)
                .stdout(Stdio::null())
                .status()
                .expect("the command starts");
            assert!(status.success(), "the model is installed and chosen");
        }
        Self::start_in(folder, samples, &[]).await
    }

    /// The same with further arguments for the window.
    pub(crate) async fn start_with(samples: &[&str], more: &[&str]) -> Self {
        Self::start_in(tempfile::tempdir().expect("a temporary folder"), samples, more).await
    }

    async fn start_in(folder: TempDir, samples: &[&str], more: &[&str]) -> Self {
        let (display_server, display) = start_display();
        let port = free_port();
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("DISPLAY", &display)
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("XDG_DATA_HOME", folder.path().join("data"))
            .env("XDG_CACHE_HOME", folder.path().join("cache"))
            .env("GDK_BACKEND", "x11")
            // With the renderer that the window chooses by itself, WebKit never answers a request for a screenshot.
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "0")
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver starts (Debian: webkit2gtk-driver)");
        let mut children = vec![driver, display_server];
        let mut arguments = vec!["--library".to_owned(), folder.path().join("library").display().to_string()];
        arguments.push("--models".to_owned());
        arguments.push(folder.path().join("models").display().to_string());
        arguments.extend(more.iter().map(|&argument| argument.to_owned()));
        arguments.extend(samples.iter().map(|name| sample(name).display().to_string()));
        let options = json!({ "binary": built("shortlist-window").display().to_string(), "args": arguments });
        let client = connect(port, &options).await.unwrap_or_else(|| {
            for child in &mut children {
                drop(child.kill());
            }
            panic!("the window did not start")
        });
        let page = Page { client };
        page.wait("[data-testid=app][data-ready=true]", 1).await;
        page.client.set_window_size(1360, 880).await.expect("the window is resized");
        Self { page, display, children, folder }
    }

    /// Writes a picture of the window into `tests/output`.
    pub(crate) async fn picture(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("output");
        std::fs::create_dir_all(&folder).expect("the output folder");
        // Two frames later the page has drawn what its document holds.
        let drawn = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";
        self.page.client.execute_async(drawn, Vec::new()).await.expect("the page draws");
        let png = self.page.client.screenshot().await.expect("a screenshot");
        std::fs::write(folder.join(format!("{name}.png")), png).expect("the screenshot is written");
    }

    /// Puts a sample on the clipboard, as a screenshot tool does.
    pub(crate) fn copy_picture(&self, name: &str) {
        let status = Command::new("xclip")
            .args(["-selection", "clipboard", "-t", "image/png", "-i"])
            .arg(sample(name))
            .env("DISPLAY", &self.display)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("xclip starts");
        assert!(status.success(), "xclip holds the picture");
        // xclip goes to the background first and takes the clipboard then.
        let give_up = Instant::now() + Duration::from_secs(30);
        loop {
            let offered = Command::new("xclip")
                .args(["-selection", "clipboard", "-t", "TARGETS", "-o"])
                .env("DISPLAY", &self.display)
                .output()
                .expect("xclip starts");
            if String::from_utf8_lossy(&offered.stdout).contains("image/png") {
                break;
            }
            assert!(Instant::now() < give_up, "xclip offers the picture");
        }
    }

    /// Compares the crop on the screen with the same part of the original file.
    pub(crate) async fn assert_crop_shows_the_original(&self, name: &str) {
        let crop = self.page.client.find(Locator::Css("[data-testid=evidence-crop]")).await.expect("a crop");
        self.page
            .wait_until("the crop is loaded", async || {
                let script = "const crop = document.querySelector('[data-testid=evidence-crop]');
                    return crop.complete && crop.naturalWidth > 0;";
                self.page.client.execute(script, Vec::new()).await.is_ok_and(|loaded| loaded == true)
            })
            .await;
        let source = crop.attr("src").await.expect("an attribute").expect("the crop has an address");
        let numbers: Vec<u32> = source
            .split(['?', '&'])
            .find_map(|part| part.strip_prefix("crop="))
            .expect("the address names a part of the picture")
            .replace("%2C", ",")
            .split(',')
            .map(|number| number.parse().expect("whole pixels"))
            .collect();
        // WebKit's pictures of single elements come back black, so the element is cut from the whole window's.
        let place =
            "const place = document.querySelector('[data-testid=evidence-crop]').getBoundingClientRect();
            return [place.x, place.y, place.width, place.height].map(Math.round);";
        let place = self.page.client.execute(place, Vec::new()).await.expect("the crop has a place");
        let side = |index: usize| place[index].as_u64().expect("whole pixels") as u32;
        let window = self.page.client.screenshot().await.expect("a screenshot");
        let window = image::load_from_memory(&window).expect("a PNG").to_rgb8();
        let shown = image::imageops::crop_imm(&window, side(0), side(1), side(2), side(3)).to_image();
        let original = image::open(sample(name)).expect("the sample opens").to_rgb8();
        let part =
            image::imageops::crop_imm(&original, numbers[0], numbers[1], numbers[2], numbers[3]).to_image();
        let scaled = image::imageops::resize(
            &part,
            shown.width(),
            shown.height(),
            image::imageops::FilterType::Triangle,
        );
        let difference: f64 = shown
            .as_raw()
            .iter()
            .zip(scaled.as_raw())
            .map(|(left, right)| f64::from(left.abs_diff(*right)))
            .sum::<f64>()
            / shown.as_raw().len() as f64;
        let ink: f64 = {
            let first = f64::from(part.as_raw()[0]);
            part.as_raw().iter().map(|value| (f64::from(*value) - first).abs()).sum::<f64>()
                / part.as_raw().len() as f64
        };
        assert!(ink > 1.0, "the part of the original holds something to see");
        assert!(
            difference < 12.0,
            "the crop shows other pixels than the original: mean difference {difference:.1}"
        );
    }

    /// Closes the window; the driver and the display end with the session.
    pub(crate) async fn end(self) {
        self.page.client.clone().close().await.expect("the window closes");
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        for child in &mut self.children {
            drop(child.kill());
            drop(child.wait());
        }
        // Named so that the folder outlives the programs that write into it.
        let _ = &self.folder;
    }
}

async fn connect(port: u16, options: &serde_json::Value) -> Option<Client> {
    let give_up = Instant::now() + Duration::from_secs(90);
    loop {
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("webkitgtk:browserOptions".to_owned(), options.clone());
        let address = format!("http://127.0.0.1:{port}");
        match Client::with_capabilities_and_connector(&address, &capabilities, HttpConnector::new()).await {
            Ok(client) => return Some(client),
            Err(_) if Instant::now() < give_up => tokio::time::sleep(Duration::from_millis(200)).await,
            Err(error) => {
                std::io::stderr().write_all(format!("no session: {error}\n").as_bytes()).ok()?;
                return None;
            }
        }
    }
}

/// An X server of our own; it says on a pipe which display it took.
fn start_display() -> (Child, String) {
    let mut server = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb starts (Debian: xvfb)");
    let mut number = String::new();
    let output: Box<dyn Read> = Box::new(server.stdout.take().expect("its output is ours"));
    BufReader::new(output).read_line(&mut number).expect("Xvfb names its display");
    (server, format!(":{}", number.trim()))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// A program of the build that this test belongs to.
fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this test has a path");
    let program = test.ancestors().nth(2).expect("the build's folder").join(name);
    assert!(program.is_file(), "{} is not built: run `cargo xtask test`", program.display());
    program
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/api/samples").join(name)
}
