//! What the system tells of a process: memory, processor time, wake-ups. From /proc, by whoever measures.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;

/// A tick of /proc/PID/stat. Linux has said 100 to programs for ever, whatever the kernel's own is.
const TICK: Duration = Duration::from_millis(10);

/// Most memory ever resident, in bytes.
///
/// # Errors
/// When the process is gone.
pub fn peak_memory(process: u32) -> anyhow::Result<u64> {
    memory(process, "VmHWM:")
}

/// Memory that is resident now, in bytes.
///
/// # Errors
/// When the process is gone.
pub fn resident_memory(process: u32) -> anyhow::Result<u64> {
    memory(process, "VmRSS:")
}

fn memory(process: u32, name: &str) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    Ok(number(&status, name).with_context(|| format!("no {name} in the status"))? * 1024)
}

/// Processor time of all threads so far, in user space and in the kernel.
///
/// # Errors
/// When the process is gone.
pub fn processor_time(process: u32) -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name may hold spaces and brackets; what follows it does not.
    let (_, rest) = stat.rsplit_once(')').context("no name in the stat")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|ticks| ticks.parse::<u32>().ok()).context("no ticks");
    Ok(TICK * (ticks(11)? + ticks(12)?))
}

/// How often each thread went to sleep by itself, and so was woken. Threads of one name count together.
///
/// # Errors
/// When the process is gone.
pub fn wake_ups(process: u32) -> anyhow::Result<BTreeMap<String, u64>> {
    let mut counts = BTreeMap::new();
    for task in std::fs::read_dir(format!("/proc/{process}/task"))? {
        let task = task?;
        // A thread may end meanwhile.
        let Ok(status) = std::fs::read_to_string(task.path().join("status")) else { continue };
        let name = status.lines().next().and_then(|line| line.strip_prefix("Name:")).unwrap_or_default();
        let is_main = task.file_name().to_str() == Some(&process.to_string());
        let name = if is_main { "drawing (main)".to_owned() } else { name.trim().to_owned() };
        *counts.entry(name).or_insert(0) += number(&status, "voluntary_ctxt_switches:").unwrap_or(0);
    }
    Ok(counts)
}

fn number(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
