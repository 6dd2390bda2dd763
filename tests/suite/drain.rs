//! The program is told to stop while people are waiting for it (F6).

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::harness::{Database, Program, until};

/// A request that is under way: all of it was sent but its last bytes.
struct Slow {
    stream: TcpStream,
    rest: Vec<u8>,
}

fn connect(address: &str) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    Ok(stream)
}

fn answered(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

/// Asks on a connection of its own; `None` where nobody takes it.
fn get(address: &str, path: &str, token: Option<&str>) -> Option<String> {
    let mut stream = connect(address).ok()?;
    let token = token.map_or(String::new(), |token| {
        format!("authorization: Bearer {token}\r\n")
    });
    let head = format!("GET {path} HTTP/1.1\r\nhost: test\r\n{token}connection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    Some(answered(stream))
}

impl Slow {
    fn post(address: &str, token: &str, number: usize) -> Self {
        let body = format!("{{\"title\":\"Post {number}\"}}");
        let head = format!(
            "POST /v1/posts HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        let mut request = (head + &body).into_bytes();
        let rest = request.split_off(request.len() - 3);
        let mut stream = connect(address).unwrap();
        stream.write_all(&request).unwrap();
        Self { stream, rest }
    }

    fn finish(mut self) -> String {
        self.stream.write_all(&self.rest).unwrap();
        answered(self.stream)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_the_program_says_so_finishes_fifty_slow_requests_and_exits_with_success() {
    let database = Database::create().await;
    tokio::task::block_in_place(|| drain(&database));
}

fn drain(database: &Database) {
    let mut program = Program::demo(
        database,
        &[
            ("MATTERS_ARISING_SERVER__DRAIN_DELAY_SECONDS", "4"),
            ("MATTERS_ARISING_SERVER__BODY_TIMEOUT_SECONDS", "60"),
            ("MATTERS_ARISING_SERVER__SHUTDOWN_TIMEOUT_SECONDS", "60"),
        ],
    );
    let address = program.address().to_owned();
    let ready = || get(&address, "/readyz", None);
    assert!(ready().unwrap().starts_with("HTTP/1.1 200 "));
    let slow: Vec<Slow> = (0..50)
        .map(|number| Slow::post(&address, program.token("clerk"), number))
        .collect();

    program.terminate();

    // The listener still takes connections, so that whoever asks learns that the service is about to go.
    let refused = until("it says that it is not ready", || {
        let answer = ready().expect("it takes connections during the drain delay");
        (!answer.starts_with("HTTP/1.1 200 ")).then_some(answer)
    });
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(
        refused.contains("retry-after: ") && refused.contains("application/problem+json"),
        "{refused}"
    );
    let alive = get(&address, "/livez", None).expect("it takes connections");
    assert!(alive.starts_with("HTTP/1.1 200 "), "{alive}");
    let served = get(&address, "/v1/posts", Some(program.token("reader"))).unwrap();
    assert!(served.starts_with("HTTP/1.1 200 "), "{served}");

    until("the listener is closed", || {
        connect(&address).is_err().then_some(())
    });
    for request in slow {
        let answer = request.finish();
        assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    }
    assert_eq!(program.ended().code(), Some(0));

    // What was answered is there when the program comes back.
    let again = Program::demo(database, &[]);
    let posts = get(
        again.address(),
        "/v1/posts?limit=200",
        Some(again.token("reader")),
    )
    .unwrap();
    assert_eq!(posts.matches("\"Post ").count(), 50, "{posts}");
}
