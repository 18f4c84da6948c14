//! Reads messages that begin with a line of headers.

use std::io::{self, BufRead};

/// A message: its first line, trimmed, and the rest as it is.
#[derive(Debug)]
pub struct Message {
    pub header: String,
    pub body: String,
}

/// Reads a message. An error of the reader, such as bytes that are not UTF-8, is given back as an `Err`.
pub fn read(mut reader: impl BufRead) -> io::Result<Message> {
    let mut header = String::new();
    reader.read_line(&mut header)?;
    let body: String = io::read_to_string(reader).unwrap_or_default();
    Ok(Message { header: header.trim().to_string(), body })
}

/// The number of lines in the body of a message.
pub fn lines(message: &Message) -> usize {
    message.body.lines().count()
}
