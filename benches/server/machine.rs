//! What the machine says: CPU time, memory, file sizes.

use std::path::Path;

/// Clock ticks of the kernel are hundredths of a second on Linux.
const TICK_US: u64 = 10_000;

/// CPU time of a process, its threads included, µs.
pub fn process_cpu(process: u64) -> u64 {
    ticks(&format!("/proc/{process}/stat")) * TICK_US
}

/// CPU time of this process, µs.
pub fn own_cpu() -> u64 {
    ticks("/proc/self/stat") * TICK_US
}

/// CPU time of the calling thread, µs, finer than a tick.
pub fn thread_cpu() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<u64>().ok()).unwrap_or_default() / 1000
}

/// CPU time of a process and all its children that live, µs: the processes of a database server.
pub fn family_cpu(parent: u64) -> u64 {
    let folders = Path::new("/proc").read_dir().into_iter().flatten().flatten();
    let processes = folders.filter_map(|folder| folder.file_name().to_str()?.parse::<u64>().ok());
    processes
        .filter(|process| *process == parent || parent_of(*process) == Some(parent))
        .map(|process| ticks(&format!("/proc/{process}/stat")) * TICK_US)
        .sum()
}

/// The parent of a process.
pub fn parent_of(process: u64) -> Option<u64> {
    fields(&format!("/proc/{process}/stat"))?.get(1)?.parse().ok()
}

/// Memory of a process that is in RAM, and the most that ever was, MB.
pub fn memory(process: u64) -> (f64, f64) {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1024.0
    };
    (value("VmRSS:"), value("VmHWM:"))
}

/// How busy the machine is, its one-minute load.
pub fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// Size of a file, MB; none when there is none.
pub fn size(file: &Path) -> Option<f64> {
    let bytes = u32::try_from(file.metadata().ok()?.len()).ok()?;
    Some(f64::from(bytes) / 1_048_576.0)
}

/// The fields of a `stat` file after the name of the program.
fn fields(file: &str) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(file).ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    Some(rest.split(' ').map(str::to_owned).collect())
}

fn ticks(file: &str) -> u64 {
    let Some(fields) = fields(file) else { return 0 };
    let number = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok()).unwrap_or_default();
    number(11) + number(12)
}
