//! A model Hub on this computer that answers like the real one, or badly on purpose.
//!
//! Two servers: the Hub with listings, headers and small files, and the store to which it sends for large files.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sha1::Sha1;
use sha2::{Digest, Sha256};

pub(crate) const REPOSITORY: &str = "HuggingFaceTB/SmolVLM-256M-Instruct";
pub(crate) const PACK: &str = "smolvlm-256m";
pub(crate) const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
pub(crate) const WEIGHTS: &str = "model.safetensors";

/// What goes wrong with a request for bytes from the store. Each is used up by one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// Closes the connection after so many bytes of the body.
    Drop(usize),
    /// Sends so many bytes of the body and then nothing.
    Stall(usize),
    /// One byte is not the right one.
    WrongByte,
    /// Says that the file is shorter than it is, and sends that much.
    ShortLength,
    /// Says no length and sends too much.
    LongBody,
    Status(u16),
    /// Answers a request for the rest with the whole file.
    IgnoreRange,
    /// Answers a request for the rest with another part.
    WrongRange,
    Compressed,
    /// Sends round in circles, for ever.
    Loop,
}

/// What the Hub itself gets wrong, for all requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HubFault {
    None,
    NoHash,
    Status(u16),
    Loop,
    WrongSize,
    NoJson,
    Stall,
    OtherCommit,
}

/// One request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: String,
}

pub(crate) struct FakeHub {
    pub(crate) endpoint: String,
    state: Arc<State>,
}

struct State {
    files: Mutex<Vec<(String, Vec<u8>)>>,
    commit: Mutex<String>,
    store: Mutex<String>,
    faults: Mutex<VecDeque<Fault>>,
    hub_fault: Mutex<HubFault>,
    asked: Mutex<Vec<Asked>>,
}

impl FakeHub {
    /// A Hub with one repository of a small, well-formed pack.
    pub(crate) fn start() -> Self {
        let state = Arc::new(State {
            files: Mutex::new(pack_files(1)),
            commit: Mutex::new(COMMIT.to_owned()),
            store: Mutex::default(),
            faults: Mutex::default(),
            hub_fault: Mutex::new(HubFault::None),
            asked: Mutex::default(),
        });
        let store = serve(Arc::clone(&state), store_request);
        *state.store.lock().expect("the store's address") = store;
        let endpoint = serve(Arc::clone(&state), hub_request);
        Self { endpoint, state }
    }

    /// The faults of the next requests for large files, in order.
    pub(crate) fn faults(&self, faults: &[Fault]) {
        *self.state.faults.lock().expect("the faults") = faults.iter().copied().collect();
    }

    pub(crate) fn hub_fault(&self, fault: HubFault) {
        *self.state.hub_fault.lock().expect("the fault") = fault;
    }

    /// The repository moves on: other weights under another commit.
    pub(crate) fn move_on(&self, commit: &str) {
        *self.state.files.lock().expect("the files") = pack_files(2);
        commit.clone_into(&mut self.state.commit.lock().expect("the commit"));
    }

    /// Other bytes under the same commit, which no honest Hub has.
    pub(crate) fn cheat(&self) {
        *self.state.files.lock().expect("the files") = pack_files(2);
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state.asked.lock().expect("the requests").clone()
    }

    pub(crate) fn content(&self, name: &str) -> Vec<u8> {
        self.state.content(name).expect("a file of the pack")
    }
}

impl State {
    fn content(&self, name: &str) -> Option<Vec<u8>> {
        let files = self.files.lock().expect("the files");
        files.iter().find(|(held, _)| held == name).map(|(_, bytes)| bytes.clone())
    }
}

/// The files of a tiny pack; `seed` changes the weights.
pub(crate) fn pack_files(seed: u8) -> Vec<(String, Vec<u8>)> {
    let config = r#"{"model_type": "idefics3", "text_config": {"num_hidden_layers": 2, "num_attention_heads": 4,
        "num_key_value_heads": 2, "hidden_size": 64, "head_dim": 16}, "vision_config": {"hidden_size": 32,
        "image_size": 64, "patch_size": 16, "num_attention_heads": 4, "intermediate_size": 64}}"#;
    vec![
        (".gitattributes".to_owned(), b"*.safetensors filter=lfs".to_vec()),
        ("README.md".to_owned(), b"A tiny pack.\n".to_vec()),
        ("config.json".to_owned(), config.as_bytes().to_vec()),
        ("onnx/model.onnx".to_owned(), vec![0; 10]),
        ("preprocessor_config.json".to_owned(), b"{}".to_vec()),
        ("tokenizer.json".to_owned(), b"{\"version\": \"1.0\"}".to_vec()),
        (WEIGHTS.to_owned(), weights(seed)),
    ]
}

/// A safetensors file of 800,000 bytes of data.
fn weights(seed: u8) -> Vec<u8> {
    let header = r#"{"a": {"dtype": "F32", "shape": [400, 500], "data_offsets": [0, 800000]}}"#;
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend((0..800_000_u32).map(|index| (index % 251) as u8 ^ seed));
    bytes
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

fn git_blob(bytes: &[u8]) -> String {
    let mut sha1 = Sha1::new_with_prefix(format!("blob {}\0", bytes.len()));
    sha1.update(bytes);
    format!("{:x}", sha1.finalize())
}

/// Serves on a thread that ends with the test's process; gives the address.
fn serve(state: Arc<State>, answer: fn(&State, &Asked, &mut TcpStream) -> std::io::Result<()>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("its address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { break };
            let state = Arc::clone(&state);
            std::thread::spawn(move || {
                let asked = read_request(&stream);
                state.asked.lock().expect("the requests").push(asked.clone());
                // The other side may have gone away, which is its right.
                drop(answer(&state, &asked, &mut stream));
            });
        }
    });
    address
}

fn read_request(stream: &TcpStream) -> Asked {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().and_then(Result::ok).unwrap_or_default();
    let mut words = first.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = String::new();
    for line in lines {
        let line = line.unwrap_or_default();
        if line.is_empty() {
            break;
        }
        headers.push_str(&line.to_lowercase());
        headers.push('\n');
    }
    Asked { method: method.to_owned(), path: path.to_owned(), headers }
}

fn head(stream: &mut TcpStream, status: &str, headers: &[(&str, String)]) -> std::io::Result<()> {
    let mut text = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
    for (name, value) in headers {
        text.extend([name, ": ", value, "\r\n"]);
    }
    text.push_str("\r\n");
    stream.write_all(text.as_bytes())
}

fn hub_request(state: &State, asked: &Asked, stream: &mut TcpStream) -> std::io::Result<()> {
    let fault = *state.hub_fault.lock().expect("the fault");
    let commit = state.commit.lock().expect("the commit").clone();
    match fault {
        HubFault::Status(code) => {
            let retry = ("Retry-After", "7".to_owned());
            return head(stream, &format!("{code} Fault"), &[("Content-Length", "0".to_owned()), retry]);
        }
        HubFault::Loop => {
            return head(stream, "307 Again", &[("Location", asked.path.clone())]);
        }
        HubFault::Stall => {
            // Silent until the other side goes away.
            return stream.read(&mut [0_u8; 1]).map(|_| ());
        }
        _ => {}
    }
    if let Some(revision) = asked.path.strip_prefix(&format!("/api/models/{REPOSITORY}/revision/")) {
        if revision != "main" && revision != commit {
            return head(stream, "404 Not Found", &[("Content-Length", "0".to_owned())]);
        }
        let files = state.files.lock().expect("the files");
        let siblings: Vec<String> =
            files.iter().map(|(name, _)| format!("{{\"rfilename\": \"{name}\"}}")).collect();
        let body = match fault {
            HubFault::NoJson => "<html>".to_owned(),
            _ => format!("{{\"sha\": \"{commit}\", \"siblings\": [{}]}}", siblings.join(", ")),
        };
        head(stream, "200 OK", &[("Content-Length", body.len().to_string())])?;
        return stream.write_all(body.as_bytes());
    }
    let prefix = format!("/{REPOSITORY}/resolve/{commit}/");
    let Some((name, content)) = asked
        .path
        .strip_prefix(&prefix)
        .and_then(|name| state.content(name).map(|content| (name.to_owned(), content)))
    else {
        return head(stream, "404 Not Found", &[("Content-Length", "0".to_owned())]);
    };
    let stated = if fault == HubFault::OtherCommit { "f".repeat(40) } else { commit };
    let mut headers = vec![("X-Repo-Commit", stated)];
    if name != WEIGHTS {
        if fault != HubFault::NoHash {
            headers.push(("ETag", format!("\"{}\"", git_blob(&content))));
        }
        headers.push(("Content-Length", content.len().to_string()));
        head(stream, "200 OK", &headers)?;
        return if asked.method == "HEAD" { Ok(()) } else { stream.write_all(&content) };
    }
    if fault != HubFault::NoHash {
        headers.push(("X-Linked-ETag", format!("\"{}\"", sha256(&content))));
    }
    let size = if fault == HubFault::WrongSize { content.len() / 2 } else { content.len() };
    headers.push(("X-Linked-Size", size.to_string()));
    headers.push(("Location", format!("{}/blob", state.store.lock().expect("the store"))));
    headers.push(("Content-Length", "0".to_owned()));
    head(stream, "302 Found", &headers)
}

fn store_request(state: &State, asked: &Asked, stream: &mut TcpStream) -> std::io::Result<()> {
    let fault = state.faults.lock().expect("the faults").pop_front().unwrap_or(Fault::None);
    let mut content = state.content(WEIGHTS).expect("the weights");
    let whole = content.len();
    let from = asked
        .headers
        .lines()
        .find_map(|line| line.strip_prefix("range: bytes="))
        .and_then(|range| range.trim_end_matches('-').parse::<usize>().ok())
        .filter(|_| fault != Fault::IgnoreRange)
        .unwrap_or(0);
    match fault {
        Fault::Status(code) => {
            let headers = [("Content-Length", "0".to_owned()), ("Retry-After", "7".to_owned())];
            return head(stream, &format!("{code} Fault"), &headers);
        }
        Fault::Loop => {
            state.faults.lock().expect("the faults").push_back(Fault::Loop);
            return head(stream, "302 Again", &[("Location", asked.path.clone())]);
        }
        Fault::LongBody => {
            content.extend_from_slice(&[7; 1000]);
            head(stream, "200 OK", &[])?;
            return stream.write_all(&content);
        }
        Fault::ShortLength => content.truncate(whole / 2),
        Fault::WrongByte => content[whole - 9] ^= 1,
        _ => {}
    }
    let rest = content.get(from..).unwrap_or_default();
    let mut headers = vec![("Content-Length", rest.len().to_string())];
    // The store has an ETag of its own, which says nothing of the content.
    headers.push(("ETag", "\"of-the-store\"".to_owned()));
    if fault == Fault::Compressed {
        headers.push(("Content-Encoding", "gzip".to_owned()));
    }
    if from == 0 {
        head(stream, "200 OK", &headers)?;
    } else {
        let first = if fault == Fault::WrongRange { from - 1 } else { from };
        headers.push(("Content-Range", format!("bytes {first}-{}/{whole}", whole - 1)));
        head(stream, "206 Partial Content", &headers)?;
    }
    match fault {
        Fault::Drop(after) => stream.write_all(&rest[..after.min(rest.len())]),
        Fault::Stall(after) => {
            stream.write_all(&rest[..after.min(rest.len())])?;
            stream.set_read_timeout(Some(Duration::from_mins(1)))?;
            // Silent until the other side goes away.
            stream.read(&mut [0_u8; 1]).map(|_| ())
        }
        _ => stream.write_all(rest),
    }
}
