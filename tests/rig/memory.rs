//! What lies in the writable memory of a process that runs, and whether the system may keep it as a core.
//!
//! Not here: what is looked for in it (`search`, `numbers`). Linux only; programs that made themselves undumpable can be
//! read by the superuser alone.

use std::os::unix::fs::MetadataExt as _;

use crate::needs::{as_root, run};

const PAGE: usize = 4096;

/// A part of the memory: where it is, what the system calls it, and its bytes from that address on.
pub struct Part {
    /// Address and name, for messages.
    pub name: String,
    /// What was there. Pages of zeros are left out, so two pages beside each other may not have been neighbours.
    pub bytes: Vec<u8>,
}

/// Everything that a process can write to. It is not stopped meanwhile: look when it waits for somebody.
///
/// # Panics
/// When it cannot be read.
pub fn writable(id: u32) -> Vec<Part> {
    let maps = run(as_root("cat", "coreutils").arg(format!("/proc/{id}/maps")));
    let maps = String::from_utf8_lossy(&maps.stdout).into_owned();
    let parts: Vec<Part> = maps.lines().filter_map(|line| part(id, line)).collect();
    let bytes: usize = parts.iter().map(|part| part.bytes.len()).sum();
    assert!(bytes > 100_000, "the memory of {id} was not read:\n{maps}");
    parts
}

/// Of a line of `maps`: `7f00-7f01 rw-p 0000 00:00 0 [heap]`.
fn part(id: u32, line: &str) -> Option<Part> {
    let mut words = line.split_whitespace();
    let (from, to) = words.next()?.split_once('-')?;
    let rights = words.next()?;
    let name = words.nth(3).unwrap_or("anonymous");
    let number = |text: &str| u64::from_str_radix(text, 16).expect("an address");
    let (from, to) = (number(from), number(to));
    if !rights.starts_with("rw") || name == "[vvar]" {
        return None;
    }
    // A page that cannot be read, such as a device's, ends its part.
    let read = as_root("dd", "coreutils")
        .args([&format!("if=/proc/{id}/mem"), "bs=4M", "iflag=skip_bytes,count_bytes", "status=none"])
        .args([format!("skip={from}"), format!("count={}", to - from)])
        .output()
        .expect("dd starts");
    let kept = read.stdout.chunks(PAGE).filter(|page| page != &&[0; PAGE][..page.len()]);
    Some(Part { name: format!("{from:x} {name}"), bytes: kept.flatten().copied().collect() })
}

/// How large a core of a process may be at most: the limit that counts, and the one up to which it may be raised again.
///
/// # Panics
/// When there is no such process.
pub fn core_limits(id: u32) -> [String; 2] {
    let limits = std::fs::read_to_string(format!("/proc/{id}/limits")).expect("the process is there");
    let line = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).expect("the line");
    let mut words = line.split_whitespace().map(str::to_owned);
    [(); 2].map(|()| words.next().expect("a limit"))
}

/// User and group that a process's own files in `/proc` belong to: its own as long as others of its user may look into it
/// and the system may take a core of it, the superuser's otherwise.
///
/// # Panics
/// When there is no such process.
pub fn owners(id: u32) -> (u32, u32) {
    let about = std::fs::metadata(format!("/proc/{id}/maps")).expect("the process is there");
    (about.uid(), about.gid())
}
