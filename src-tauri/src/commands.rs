//! The two commands of the window: one for every call, one for the stream of events.
//!
//! Invariant: both only pass on; what a command does stands in `api`.

use std::sync::Arc;

use api::types::AppEvent;
use api::{Core, Error};
use serde_json::Value;
use tauri::State;
use tauri::ipc::{Channel, Response};

/// Runs one command of the core off the window's thread.
#[tauri::command]
pub(crate) async fn rpc(
    command: String,
    request: Value,
    core: State<'_, Arc<Core>>,
) -> Result<Response, Error> {
    let core = Arc::clone(&core);
    let answer = tauri::async_runtime::spawn_blocking(move || core.call(&command, request)).await;
    let answer = answer.unwrap_or_else(|_| {
        Err(Error::new("internal", "The command stopped unexpectedly. Nothing was changed. Try it again."))
    });
    answer.map(Response::new)
}

/// Sends every event of the core to the page until the page goes away.
#[tauri::command]
pub(crate) fn subscribe(channel: Channel<AppEvent>, core: State<'_, Arc<Core>>) {
    let events = core.events();
    std::thread::spawn(move || {
        for event in events {
            if channel.send(event).is_err() {
                break;
            }
        }
    });
}
