//! The window around the core: start, the two commands, drops and the picture scheme.
//!
//! Invariant: the page names ids, never paths; files come in through drops, dialogs, the clipboard and the command
//! line, all handled here in Rust. This crate must not hold rules about claims, storage or models.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod desktop;
mod drops;
mod pictures;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use api::{Core, Settings};
use clap::Parser;
use models::packs::{Options, PackFolder};
use tauri::webview::WebviewWindowBuilder;
use tauri::{Manager, WebviewUrl};

#[derive(Parser)]
#[command(
    name = "shortlist-window",
    version,
    about = "Private shortlists of software tools, read from screenshots."
)]
struct Arguments {
    /// Folder of the library; by default `shortlist/library` in the platform's data folder.
    #[arg(long, value_name = "DIR")]
    library: Option<PathBuf>,
    /// Folder of the model packs; by default `shortlist/models` in the platform's data folder.
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
    /// Forbids every connection, whatever the setting says.
    #[arg(long)]
    offline: bool,
    /// File of pins that packs must match, instead of `pins.json` in the folder of the packs.
    #[arg(long, value_name = "FILE")]
    pins: Option<PathBuf>,
    /// Another address than the public Hub's; for tests.
    #[arg(long, value_name = "URL", hide = true)]
    endpoint: Option<String>,
    /// Add the sample pages when the library holds nothing yet.
    #[arg(long)]
    samples: bool,
    /// Screenshots, or folders of them, to add.
    #[arg(value_name = "IMAGE")]
    images: Vec<PathBuf>,
}

fn main() -> ExitCode {
    if api::worker::is_requested() {
        return api::worker::run(models::loading::text_reader, |start| {
            models::loading::model(start.folder.as_ref(), start.weights_limit)
        });
    }
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    desktop::choose_safe_graphics();
    desktop::give_memory_back();
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::from(3)
        }
    }
}

fn pack_options(arguments: &Arguments) -> Options {
    let folder = arguments.models.clone().unwrap_or_else(api::default_models);
    let (offline, pins) = (arguments.offline, arguments.pins.clone());
    Options { offline, pins, endpoint: arguments.endpoint.clone(), ..Options::new(folder) }
}

#[expect(
    clippy::exit,
    reason = "Tauri's macro for the embedded pages ends the program when they are not there"
)]
fn run(arguments: Arguments) -> anyhow::Result<()> {
    let application = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(tauri::generate_handler![commands::rpc, commands::subscribe])
        .register_asynchronous_uri_scheme_protocol("capture", |context, request, responder| {
            let core = Arc::clone(&context.app_handle().state::<Arc<Core>>());
            std::thread::spawn(move || responder.respond(pictures::respond(&core, &request)));
        })
        .on_window_event(|window, event| {
            if let tauri::WindowEvent::DragDrop(event) = event {
                let core = Arc::clone(&window.state::<Arc<Core>>());
                drops::handle(&core, event);
            }
        })
        .setup(move |application| {
            let host = desktop::Desktop::new(application.handle().clone());
            let settings = Settings::new(arguments.library.clone(), &models::text_reader::embedded_name())
                .with_packs(Arc::new(PackFolder::new(pack_options(&arguments))));
            let core = Arc::new(Core::open(settings, Box::new(host))?);
            core.back_up_in_background();
            core.watch_in_background();
            if arguments.samples {
                core.add_samples_when_empty()?;
            }
            if !arguments.images.is_empty() {
                core.add_in_background(arguments.images.clone());
            }
            application.manage(core);
            WebviewWindowBuilder::new(application, "main", WebviewUrl::default())
                .title("Shortlist")
                .inner_size(1360.0, 880.0)
                .min_inner_size(640.0, 480.0)
                .on_navigation(desktop::is_own_page)
                .build()?;
            Ok(())
        })
        .build(tauri::generate_context!())?;
    application.run(|handle, event| {
        if let tauri::RunEvent::Exit = event {
            handle.state::<Arc<Core>>().shut_down();
        }
    });
    Ok(())
}
