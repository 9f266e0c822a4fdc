//! Faults from outside, by strace: a process killed at a system call of one of its threads, or watched.
//!
//! The programs keep other processes from attaching, so this needs the superuser. Nothing in the product helps along.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::needs::{as_root, wait_for};
use crate::programs::Running;

/// strace, attached.
pub struct Strace {
    strace: Running,
    trace: Option<PathBuf>,
}

/// A system call among those that were seen: its name, and the how-manieth of that name it is. So does strace count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// For example `fsync`.
    pub name: String,
    /// From 1.
    pub nth: usize,
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.name, self.nth)
    }
}

/// The calls of a thread in their order.
pub fn calls(trace: &[String]) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for name in trace.iter().filter_map(|line| line.split_once('(')).map(|(name, _)| name) {
        if name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
            let nth = 1 + calls.iter().filter(|call| call.name == name).count();
            calls.push(Call { name: name.to_owned(), nth });
        }
    }
    calls
}

impl Strace {
    /// Sends SIGKILL as the threads of a process whose names begin with `thread` are about to make this call, each
    /// counted by itself. Returns as soon as it is attached.
    ///
    /// # Panics
    /// When there is no such thread, or strace cannot attach.
    pub fn kill_at(process: u32, thread: &str, call: &Call) -> Self {
        let inject = format!("inject={}:signal=SIGKILL:when={}", call.name, call.nth);
        Self::attach(process, thread, &["-e", &inject, "-o", "/dev/null"], None)
    }

    /// Writes the system calls of these threads to a file.
    ///
    /// # Panics
    /// When there is no such thread, or strace cannot attach.
    pub fn watch(process: u32, thread: &str, trace: &Path) -> Self {
        let file = trace.to_string_lossy();
        Self::attach(process, thread, &["-y", "-s", "512", "-o", &file], Some(trace.to_owned()))
    }

    fn attach(process: u32, thread: &str, options: &[&str], trace: Option<PathBuf>) -> Self {
        let threads = threads(process, thread);
        assert!(!threads.is_empty(), "none is called {thread} among {}", thread_names(process));
        let mut command = as_root("strace", "strace");
        command.args(options);
        for id in &threads {
            command.args(["-p", &id.to_string()]);
        }
        let mut strace = Running::start(&mut command);
        wait_for("strace to attach", 30, || {
            let has_ended = strace.has_ended();
            let attached = strace.said().matches("attached").count() >= threads.len();
            assert!(attached || !has_ended, "strace cannot attach: {}", strace.said());
            attached.then_some(())
        });
        Self { strace, trace }
    }

    /// Lets the process go, and gives what was written.
    ///
    /// # Panics
    /// When strace does not end.
    pub fn let_go(mut self) -> Vec<String> {
        let _ = as_root("kill", "procps").args(["-INT", &self.strace.id().to_string()]).status();
        self.strace.ended(30);
        let text = self.trace.as_deref().map(|trace| std::fs::read(trace).unwrap_or_default());
        String::from_utf8_lossy(&text.unwrap_or_default()).lines().map(str::to_owned).collect()
    }
}

/// The ids of a process's threads by the beginning of their names.
fn threads(process: u32, name: &str) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let mut ids: Vec<u32> = tasks
        .filter(|task| {
            std::fs::read_to_string(task.path().join("comm")).is_ok_and(|comm| comm.starts_with(name))
        })
        .filter_map(|task| task.file_name().to_str()?.parse().ok())
        .collect();
    ids.sort_unstable();
    ids
}

/// For messages.
fn thread_names(process: u32) -> String {
    let output = Command::new("sh").args(["-c", &format!("cat /proc/{process}/task/*/comm")]).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).replace('\n', " ")).unwrap_or_default()
}
