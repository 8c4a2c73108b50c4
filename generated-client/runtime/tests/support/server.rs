//! A server on a loopback port that a test speaks through by hand: it sees the bytes of a request as they are and
//! answers with the bytes it wants.

use docker_engine_runtime::ApiVersion;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::api::Client;

pub struct Server {
    listener: TcpListener,
}

impl Server {
    /// A server, and a client of it that does not ask for its version.
    pub async fn start() -> (Self, Client) {
        let (server, client) = Self::start_unasked().await;
        (server, client.with_version(ApiVersion::new(1, 51)))
    }

    /// A server, and a client of it as users make it.
    pub async fn start_unasked() -> (Self, Client) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("tcp://{}", listener.local_addr().unwrap());
        (Self { listener }, Client::connect(url).unwrap())
    }

    /// The next connection.
    pub async fn accept(&self) -> Peer {
        let (stream, _) = self.listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        Peer { stream }
    }

    /// Reads one request without a body and answers it.
    pub async fn answer(&self, answer: &str) -> String {
        let mut peer = self.accept().await;
        let head = peer.read_head().await;
        peer.write(answer.as_bytes()).await;
        head
    }
}

pub struct Peer {
    pub stream: TcpStream,
}

impl Peer {
    /// Reads up to and with the empty line.
    pub async fn read_head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await.expect("a whole head"));
        }
        String::from_utf8(head).unwrap()
    }

    pub async fn read_exact(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).await.unwrap();
        bytes
    }

    pub async fn read_to_end(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.stream.read_to_end(&mut bytes).await.unwrap();
        bytes
    }

    pub async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// One chunk of a chunked body.
    pub async fn write_chunk(&mut self, bytes: &[u8]) {
        self.write(format!("{:x}\r\n", bytes.len()).as_bytes()).await;
        self.write(bytes).await;
        self.write(b"\r\n").await;
    }
}

/// An answer with a length.
pub fn answer(status: &str, media_type: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// The head of an answer whose body comes in chunks.
pub const CHUNKED: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
