//! A small identity provider on a random port of this machine.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use super::*;

/// An identity provider that says what it is told to, and counts how often it is asked.
pub(super) struct Provider {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    answer: Mutex<String>,
    asked: AtomicUsize,
    stop: AtomicBool,
    /// Where the next question waits for leave to be answered.
    hold: Mutex<Option<Receiver<()>>>,
}

impl Provider {
    pub(super) fn publishing(keys: &[&Value]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            answer: Mutex::default(),
            asked: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            hold: Mutex::default(),
        });
        let served = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if served.stop.load(Ordering::SeqCst) {
                    return;
                }
                serve(&served, stream.unwrap());
            }
        });
        let provider = Self {
            address,
            shared,
            thread: Some(thread),
        };
        provider.publish(keys);
        provider
    }

    pub(super) fn answer(&self, status: &str, headers: &str, body: &str) {
        *self.shared.answer.lock().unwrap() = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}",
            body.len()
        );
    }

    pub(super) fn publish(&self, keys: &[&Value]) {
        let body = json!({"keys": keys}).to_string();
        self.answer("200 OK", "Content-Type: application/json\r\n", &body);
    }

    pub(super) fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::SeqCst)
    }

    /// Makes the provider hang at the next question until the result is dropped.
    pub(super) fn hold(&self) -> Sender<()> {
        let (leave, wait) = channel();
        *self.shared.hold.lock().unwrap() = Some(wait);
        leave
    }

    /// Closes the port, so that connections are refused from now on.
    pub(super) fn shut_down(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        TcpStream::connect(self.address).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }

    pub(super) fn service(&self) -> (Arc<ManualClock>, Authenticator) {
        let config = AuthConfig {
            jwks_url: Some(format!("http://{}/keys", self.address).parse().unwrap()),
            ..config()
        };
        let clock = clock();
        let authenticator = Authenticator::new(&config, clock.clone()).unwrap();
        (clock, authenticator)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.shut_down();
    }
}

fn serve(shared: &Shared, mut stream: TcpStream) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).unwrap_or(0) == 0 {
            return;
        }
        head.push(byte[0]);
    }
    shared.asked.fetch_add(1, Ordering::SeqCst);
    let hold = shared.hold.lock().unwrap().take();
    if let Some(hold) = hold {
        hold.recv().ok();
    }
    let answer = shared.answer.lock().unwrap().clone();
    stream.write_all(answer.as_bytes()).ok();
}
