//! Requests to the model Hub: the only place of the whole program that opens a connection.
//!
//! Addresses and the shape of the Hub's answers come from `hf-hub`. Its own download is not used: it compares no
//! hash, answers a missing `Location` with a panic, and waits for ever on a connection that has gone silent.
//! Invariant: no token, cookie or id is sent; every connection is counted under its host; redirects are followed one
//! by one, never from an encrypted address to an open one; what the Hub says of a file is taken from the Hub's host
//! alone, not from the host that it sends the bytes from.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::PackError;
use domain::pack::{HostConnections, StatedHash};
use hf_hub::api::RepoInfo;
use hf_hub::api::sync::ApiBuilder;
use hf_hub::{Cache, Repo, RepoType};
use ureq::Agent;
use ureq::http::{HeaderMap, StatusCode, Uri};

use super::hashing::is_hex;
use super::progress::Hearing;

/// The public Hub.
pub const ENDPOINT: &str = "https://huggingface.co";

const MOST_REDIRECTS: usize = 8;
/// Largest answer that lists a repository.
const LARGEST_LISTING: u64 = 8 * 1024 * 1024;
const PIECE: usize = 128 * 1024;

/// How long to wait for whom.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub connect: Duration,
    /// Longest silence in an answer.
    pub silence: Duration,
    /// Tries in a row that brought nothing.
    pub tries: u32,
    /// Before the second try; doubled for each further one.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(20),
            silence: Duration::from_secs(30),
            tries: 5,
            pause: Duration::from_secs(1),
        }
    }
}

/// Counts connections by host.
#[derive(Debug, Default)]
pub(super) struct Connections(Mutex<BTreeMap<String, u32>>);

impl Connections {
    fn add(&self, host: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(host.to_owned()).or_default() += 1;
    }

    pub(super) fn list(&self) -> Vec<HostConnections> {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted
            .iter()
            .map(|(host, connections)| HostConnections { host: host.clone(), connections: *connections })
            .collect()
    }
}

/// Why a request brought no answer, or an answer no more bytes.
#[derive(Debug)]
pub(super) enum Fault {
    NoConnection { host: String, why: String },
    Certificate { host: String, why: String },
    Silent { host: String },
    Broken,
    Loop { host: String },
    Unsafe { host: String },
    Bad { host: String, why: String },
}

/// What the headers said.
#[derive(Debug, Clone, Default)]
pub(super) struct Answer {
    /// Who answered last.
    pub(super) host: String,
    pub(super) status: u16,
    /// Of this answer's body.
    pub(super) length: Option<u64>,
    /// First byte and size of the whole file, of a part.
    pub(super) range: Option<(u64, u64)>,
    pub(super) retry_after: Option<u64>,
    /// From the Hub's own host.
    commit: Option<String>,
    hash: Option<String>,
    linked_size: Option<u64>,
}

/// What arrives from a request, in this order; the last is `End` or a fault.
pub(super) enum Message {
    Answer(Answer),
    Piece(Vec<u8>),
    End,
    Fault(Fault),
}

/// What the Hub says of one file.
#[derive(Debug, Clone)]
pub(super) struct Stated {
    pub(super) commit: String,
    pub(super) bytes: u64,
    pub(super) hash: StatedHash,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Get { from: Option<u64> },
    Head,
}

/// The client.
#[derive(Debug, Clone)]
pub(super) struct Hub {
    endpoint: String,
    agent: Agent,
    connections: Arc<Connections>,
    pub(super) patience: Patience,
}

impl Hub {
    pub(super) fn new(endpoint: &str, patience: Patience, connections: Arc<Connections>) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_resolve(Some(patience.connect))
            .timeout_connect(Some(patience.connect))
            .timeout_recv_response(Some(patience.silence))
            .timeout_per_read(Some(patience.silence))
            .timeout_per_write(Some(patience.silence))
            // One request, one connection: the count is exact.
            .max_idle_connections(0)
            .max_response_header_size(64 * 1024)
            // Compressed answers would have other lengths than stated.
            .accept_encoding("identity")
            .user_agent(concat!("shortlist/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Self { endpoint: endpoint.trim_end_matches('/').to_owned(), agent, connections, patience }
    }

    /// Address of a file at a commit, as `hf-hub` forms it.
    pub(super) fn address(&self, repository: &str, commit: &str, file: &str) -> Result<String, PackError> {
        // Only the address is wanted: no token, and a cache folder that is never touched.
        let api = ApiBuilder::from_cache(Cache::new(std::path::PathBuf::new()))
            .with_token(None)
            .with_endpoint(self.endpoint.clone())
            .build()
            .map_err(|error| self.bad(error.to_string()))?;
        let repo = Repo::with_revision(repository.to_owned(), RepoType::Model, commit.to_owned());
        Ok(api.repo(repo).url(file))
    }

    /// Commit and file names of a repository at a revision.
    pub(super) fn listing(
        &self,
        repository: &str,
        revision: &str,
        hearing: &mut Hearing<'_, '_>,
    ) -> Result<RepoInfo, PackError> {
        let repo = Repo::with_revision(repository.to_owned(), RepoType::Model, revision.to_owned());
        let address = format!("{}/api/{}", self.endpoint, repo.api_url());
        let messages = self.ask(Method::Get { from: None }, address);
        let mut text = Vec::new();
        loop {
            match wait(&messages, hearing)? {
                Message::Answer(answer) => demand_success(&answer, repository, 0)?,
                Message::Piece(piece) => {
                    text.extend(piece);
                    if text.len() as u64 > LARGEST_LISTING {
                        return Err(self.bad("the list of files is too large"));
                    }
                }
                Message::End => break,
                Message::Fault(fault) => return Err(refused(fault, repository, 0)),
            }
        }
        let info: RepoInfo =
            serde_json::from_slice(&text).map_err(|error| self.bad(format!("no list of files: {error}")))?;
        if !is_hex(&info.sha, 40) {
            return Err(self.bad("it states no commit"));
        }
        Ok(info)
    }

    /// Commit, size and hash of one file, from the Hub's headers.
    pub(super) fn stated(
        &self,
        repository: &str,
        commit: &str,
        file: &str,
        hearing: &mut Hearing<'_, '_>,
    ) -> Result<Stated, PackError> {
        let messages = self.ask(Method::Head, self.address(repository, commit, file)?);
        let answer = match wait(&messages, hearing)? {
            Message::Answer(answer) => answer,
            Message::Fault(fault) => return Err(refused(fault, file, 0)),
            Message::Piece(_) | Message::End => return Err(self.bad("an answer without headers")),
        };
        // A redirect to another host is a success: the bytes lie there, and all that is asked stands here.
        if !(300..400).contains(&answer.status) {
            demand_success(&answer, file, 0)?;
        }
        let stated_commit = answer.commit.ok_or_else(|| self.bad(format!("no commit for {file}")))?;
        let hash = answer.hash.ok_or_else(|| PackError::NoHash { file: file.to_owned() })?;
        let hash = if is_hex(&hash, 64) {
            StatedHash::Sha256 { hex: hash }
        } else if is_hex(&hash, 40) {
            StatedHash::GitBlob { hex: hash }
        } else {
            return Err(PackError::NoHash { file: file.to_owned() });
        };
        let bytes = answer.linked_size.or(answer.length.filter(|_| answer.status == 200));
        let bytes = bytes.ok_or_else(|| self.bad(format!("no size for {file}")))?;
        Ok(Stated { commit: stated_commit, bytes, hash })
    }

    /// Asks for a file from a byte on.
    pub(super) fn fetch(&self, address: String, from: u64) -> Receiver<Message> {
        self.ask(Method::Get { from: (from > 0).then_some(from) }, address)
    }

    pub(super) fn bad(&self, why: impl Into<String>) -> PackError {
        PackError::BadAnswer { host: host_of(&self.endpoint), why: why.into(), held: 0 }
    }

    /// Works on a thread of its own, so that the caller can stop waiting at any time; when it does, the thread ends
    /// with its next piece or at the limit of patience.
    fn ask(&self, method: Method, address: String) -> Receiver<Message> {
        let (sender, receiver) = sync_channel(8);
        let hub = self.clone();
        std::thread::spawn(move || {
            let last = match hub.answer(method, address, &sender) {
                Ok(()) => Message::End,
                Err(fault) => Message::Fault(fault),
            };
            // Nobody listens any more when the work was stopped.
            drop(sender.send(last));
        });
        receiver
    }

    fn answer(&self, method: Method, mut address: String, sender: &SyncSender<Message>) -> Result<(), Fault> {
        let home = authority(&self.endpoint);
        let mut answer = Answer::default();
        for _ in 0..MOST_REDIRECTS {
            let host = host_of(&address);
            let request = match method {
                Method::Head => self.agent.head(&address),
                Method::Get { from: None } => self.agent.get(&address),
                Method::Get { from: Some(from) } => {
                    self.agent.get(&address).header("Range", format!("bytes={from}-"))
                }
            };
            self.connections.add(&host);
            let response = request.call().map_err(|error| fault(error, &host))?;
            let headers = response.headers();
            if authority(&address) == home {
                answer.learn(headers);
            }
            answer.status = response.status().as_u16();
            answer.host.clone_from(&host);
            if let Some(next) = redirect(response.status(), headers, &address, &host)? {
                if address.starts_with("https:") && !next.starts_with("https:") {
                    return Err(Fault::Unsafe { host });
                }
                if method == Method::Head && authority(&next) != home && answer.hash.is_some() {
                    return pass(sender, Message::Answer(answer));
                }
                address = next;
                continue;
            }
            answer.length = number(headers, "content-length");
            answer.range = content_range(headers);
            answer.retry_after = number(headers, "retry-after");
            pass(sender, Message::Answer(answer))?;
            if method == Method::Head {
                return Ok(());
            }
            let mut body = response.into_body().into_reader();
            let mut piece = vec![0_u8; PIECE];
            loop {
                match body.read(&mut piece) {
                    Ok(0) => return Ok(()),
                    Ok(filled) => pass(sender, Message::Piece(piece[..filled].to_vec()))?,
                    Err(error) => return Err(broken(&error, &host)),
                }
            }
        }
        Err(Fault::Loop { host: host_of(&address) })
    }
}

impl Answer {
    /// Keeps what the Hub's own host says of the file; a later hop of it may say it again.
    fn learn(&mut self, headers: &HeaderMap) {
        let hash = text(headers, "x-linked-etag").or_else(|| text(headers, "etag"));
        if let Some(hash) = hash {
            self.hash = Some(hash.trim_start_matches("W/").trim_matches('"').to_owned());
        }
        if let Some(commit) = text(headers, "x-repo-commit") {
            self.commit = Some(commit.to_owned());
        }
        if let Some(size) = number(headers, "x-linked-size") {
            self.linked_size = Some(size);
        }
    }
}

/// The next message; waits in small steps, so that a stop is noticed.
pub(super) fn wait(
    messages: &Receiver<Message>,
    hearing: &mut Hearing<'_, '_>,
) -> Result<Message, PackError> {
    loop {
        match messages.recv_timeout(Duration::from_millis(100)) {
            Ok(message) => return Ok(message),
            Err(RecvTimeoutError::Timeout) => hearing.hear()?,
            Err(RecvTimeoutError::Disconnected) => return Ok(Message::Fault(Fault::Broken)),
        }
    }
}

/// The sentence for a request that failed and is not tried again.
pub(super) fn refused(fault: Fault, what: &str, held: u64) -> PackError {
    match fault {
        Fault::NoConnection { host, why } => PackError::NoConnection { host, why, held },
        Fault::Certificate { host, why } => PackError::Certificate { host, why },
        Fault::Silent { host } => PackError::Stalled { host, file: what.to_owned(), held },
        Fault::Broken => PackError::Interrupted { file: what.to_owned(), done: held, total: held },
        Fault::Loop { host } => PackError::RedirectLoop { host },
        Fault::Unsafe { host } => PackError::UnsafeRedirect { host },
        Fault::Bad { host, why } => PackError::BadAnswer { host, why, held },
    }
}

/// The sentence for an answer that is neither the whole file nor a part of it.
pub(super) fn demand_success(answer: &Answer, what: &str, held: u64) -> Result<(), PackError> {
    let host = answer.host.clone();
    match answer.status {
        200 | 206 => Ok(()),
        404 => Err(PackError::NotOnHub { what: what.to_owned() }),
        status @ (401 | 403) => Err(PackError::NotAllowed { what: what.to_owned(), status }),
        429 => Err(PackError::TooManyRequests { seconds: answer.retry_after, held }),
        status @ 500.. => Err(PackError::HubFailed { host, status, held }),
        status => Err(PackError::BadAnswer { host, why: format!("answer {status} for {what}"), held }),
    }
}

fn pass(sender: &SyncSender<Message>, message: Message) -> Result<(), Fault> {
    sender.send(message).map_err(|_| Fault::Broken)
}

fn fault(error: ureq::Error, host: &str) -> Fault {
    let host = host.to_owned();
    match error {
        ureq::Error::HostNotFound => {
            Fault::NoConnection { host, why: "its name is not known here".to_owned() }
        }
        ureq::Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => {
            Fault::NoConnection { host, why: "it did not answer in time".to_owned() }
        }
        ureq::Error::Timeout(_) => Fault::Silent { host },
        ureq::Error::Rustls(error) => Fault::Certificate { host, why: error.to_string() },
        ureq::Error::Tls(why) => Fault::Certificate { host, why: why.to_owned() },
        ureq::Error::Io(error) => match error.kind() {
            std::io::ErrorKind::ConnectionRefused | std::io::ErrorKind::NetworkUnreachable => {
                Fault::NoConnection { host, why: error.to_string() }
            }
            std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => Fault::Silent { host },
            std::io::ErrorKind::InvalidData => Fault::Certificate { host, why: error.to_string() },
            _ => Fault::Broken,
        },
        ureq::Error::ConnectionFailed => {
            Fault::NoConnection { host, why: "the connection was refused".to_owned() }
        }
        error => Fault::Bad { host, why: error.to_string() },
    }
}

/// What ended a body early.
fn broken(error: &std::io::Error, host: &str) -> Fault {
    let host = host.to_owned();
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>());
    match (inner, error.kind()) {
        (Some(ureq::Error::Timeout(_)), _)
        | (None, std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock) => Fault::Silent { host },
        (None | Some(ureq::Error::Io(_) | ureq::Error::ConnectionFailed), _) => Fault::Broken,
        // Bytes came, and they are not what the headers say: chunks or compression without their form.
        (Some(inner), _) => Fault::Bad { host, why: inner.to_string() },
    }
}

fn redirect(
    status: StatusCode,
    headers: &HeaderMap,
    address: &str,
    host: &str,
) -> Result<Option<String>, Fault> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let bad = |why: &str| Fault::Bad { host: host.to_owned(), why: why.to_owned() };
    let location = text(headers, "location").ok_or_else(|| bad("a redirect without an address"))?;
    if location.starts_with('/') && !location.starts_with("//") {
        let uri: Uri = address.parse().map_err(|_| bad("a redirect to an unusable address"))?;
        let scheme = uri.scheme_str().unwrap_or("https");
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        return Ok(Some(format!("{scheme}://{authority}{location}")));
    }
    if location.starts_with("https://") || location.starts_with("http://") {
        return Ok(Some(location.to_owned()));
    }
    Err(bad("a redirect to an unusable address"))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    text(headers, name).and_then(|value| value.parse().ok())
}

/// `bytes 100-199/200` gives 100 and 200.
fn content_range(headers: &HeaderMap) -> Option<(u64, u64)> {
    let (range, size) = text(headers, "content-range")?.strip_prefix("bytes ")?.split_once('/')?;
    let (first, _) = range.split_once('-')?;
    Some((first.parse().ok()?, size.parse().ok()?))
}

/// Host and port of an address, lower case.
fn authority(address: &str) -> Option<String> {
    let uri: Uri = address.parse().ok()?;
    uri.authority().map(|authority| authority.as_str().to_ascii_lowercase())
}

/// Host of an address, for people.
fn host_of(address: &str) -> String {
    let uri = address.parse::<Uri>().ok();
    uri.and_then(|uri| uri.host().map(str::to_owned)).unwrap_or_else(|| "the Hub".to_owned())
}
