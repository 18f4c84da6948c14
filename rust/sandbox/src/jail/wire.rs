//! What the pool and a worker say to each other: a length, a JSON header, then the raw bytes that the header announces.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What a process may do with a file, or with everything below a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Rights {
    /// Read files and list folders.
    Read,
    /// Read, and execute programs.
    Execute,
    /// Read, write, create and remove regular files and folders; execute nothing.
    Write,
    /// All of this, and execute what was written: the target folder of a build.
    Build,
}

/// One path and the rights on it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Grant {
    /// An absolute path that exists.
    pub path: String,
    /// What may be done there.
    pub rights: Rights,
}

/// Which system calls a child may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Profile {
    /// For rustc and its linker: a list of what is denied.
    Compile,
    /// For the program: a list of what is allowed.
    Run,
    /// For cargo and what it starts, build scripts and tests among it: a longer list of what is denied, and no way to change
    /// a file's mode, owner or times outside of the folder that is its own.
    Build,
    /// For programs that the user wrote: neither seccomp nor Landlock.
    Trusted,
}

/// What a child and all its descendants may use together; beyond it they are ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// The folder that is the child's own: the rest of the machine is mounted read-only for it, where the kernel lets us.
    pub own: String,
    /// The folders whose files are counted.
    pub counted: Vec<String>,
    /// The most bytes in them.
    pub disk: u64,
    /// The most processes at once.
    pub processes: u64,
    /// The most bytes of memory in use by all of them.
    pub memory: u64,
}

/// One child: what to start, and within which bounds. `stdin` follows as raw bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// The program's absolute path and its arguments.
    pub argv: Vec<String>,
    /// The whole environment.
    pub env: Vec<(String, String)>,
    /// The working folder.
    pub cwd: String,
    /// The files that it may touch.
    pub grants: Vec<Grant>,
    /// The system calls that it may make.
    pub profile: Profile,
    /// CPU seconds.
    pub cpu: u64,
    /// Wall milliseconds.
    pub wall: u64,
    /// Milliseconds for which it may sleep without using any CPU time; 0: for as long as it likes.
    pub stall: u64,
    /// Address space in bytes.
    pub memory: u64,
    /// Largest file it may write, in bytes.
    pub file: u64,
    /// Descriptors.
    pub descriptors: u64,
    /// Bytes that are read of stdout, stderr and descriptor 3; one byte more kills it.
    pub output: [u64; 3],
    /// Bytes of stdin that follow.
    pub stdin: u64,
    /// What it may use together with those that it starts; None: they are bounded one by one only.
    pub bounds: Option<Bounds>,
}

/// What [`Bounds`] bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Resource {
    /// Bytes of files.
    Disk,
    /// Processes at once.
    Processes,
    /// Bytes of memory.
    Memory,
}

/// How a child ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// With this exit code.
    Exited(i32),
    /// By this signal, which nobody here sent.
    Signaled(i32),
    /// Killed: the wall time was over.
    WallTime,
    /// Killed: it slept for too long.
    Stalled,
    /// Killed: it wrote more than is read of stdout (0), stderr (1) or the transcript (2).
    Output(usize),
    /// Killed: it and its descendants together used more of this than they may.
    Exceeded(Resource),
    /// It could not be started; what failed.
    NotStarted(String),
}

/// What a worker answers; stdout, stderr and the transcript follow as raw bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// How it ended.
    pub ending: Ending,
    /// CPU microseconds of the child and of those it waited for.
    pub cpu: u64,
    /// Wall microseconds.
    pub wall: u64,
    /// Bytes that follow of stdout, stderr, transcript.
    pub sizes: [u64; 3],
}

/// Sends a request to a worker.
pub fn send_request(stream: &mut impl Write, request: &Request, stdin: &[u8]) -> io::Result<()> {
    send(stream, request, &[stdin])
}

/// Receives a worker's answer: the reply, and stdout, stderr and transcript.
pub fn receive_reply(stream: &mut impl Read) -> io::Result<(Reply, [Vec<u8>; 3])> {
    let reply: Reply = receive(stream)?;
    let mut outputs = [Vec::new(), Vec::new(), Vec::new()];
    for (output, &size) in outputs.iter_mut().zip(&reply.sizes) {
        *output = receive_bytes(stream, size)?;
    }
    Ok((reply, outputs))
}

pub(super) fn receive_request(stream: &mut impl Read) -> io::Result<(Request, Vec<u8>)> {
    let request: Request = receive(stream)?;
    let stdin = receive_bytes(stream, request.stdin)?;
    Ok((request, stdin))
}

pub(super) fn send_reply(stream: &mut impl Write, reply: &Reply, outputs: &[Vec<u8>; 3]) -> io::Result<()> {
    send(stream, reply, &outputs.each_ref().map(Vec::as_slice))
}

fn send(stream: &mut impl Write, header: &impl Serialize, blobs: &[&[u8]]) -> io::Result<()> {
    let header = serde_json::to_vec(header)?;
    let length = u32::try_from(header.len()).map_err(io::Error::other)?;
    let mut frame = Vec::with_capacity(4 + header.len());
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(&header);
    for blob in blobs {
        frame.extend_from_slice(blob);
    }
    stream.write_all(&frame)
}

fn receive<T: DeserializeOwned>(stream: &mut impl Read) -> io::Result<T> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let header = receive_bytes(stream, u64::from(u32::from_le_bytes(length)))?;
    Ok(serde_json::from_slice(&header)?)
}

fn receive_bytes(stream: &mut impl Read, size: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(size).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == size { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_comes_back_as_it_was_sent_and_half_of_one_is_an_error() {
        let reply = Reply { ending: Ending::Output(1), cpu: 5, wall: 6, sizes: [1, 0, 2] };
        let outputs = [vec![1], vec![], vec![2, 3]];
        let mut bytes = Vec::new();
        send_reply(&mut bytes, &reply, &outputs).unwrap();
        assert_eq!(receive_reply(&mut bytes.as_slice()).unwrap(), (reply, outputs));
        bytes.pop();
        assert!(receive_reply(&mut bytes.as_slice()).is_err());
    }
}
