//! A private PostgreSQL for the whole test binary: started on first use, gone when the process is.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Makes a cluster in folder `$2`, runs it on port `$3`, says `ready`, and stops it when standard input closes: that is when
/// the test process ends, in whatever way.
const KEEPER: &str = r#"
trap : INT TERM
"$1/initdb" -D "$2/data" -U spil --auth=trust --encoding=UTF8 --locale=C --no-sync >"$2/log" 2>&1 || { cat "$2/log" >&2; exit 1; }
"$1/postgres" -D "$2/data" -k "$2" -p "$3" -c listen_addresses=127.0.0.1 -c max_connections=400 >"$2/log" 2>&1 &
server=$!
until "$1/pg_isready" -q -h "$2" -p "$3"; do
  kill -0 "$server" 2>/dev/null || { cat "$2/log" >&2; exit 1; }
  sleep 0.05
done
echo ready
read -r _
kill -INT "$server"
wait "$server"
rm -rf "$2"
"#;

static SHARED: OnceLock<Postgres> = OnceLock::new();

/// The running server.
pub struct Postgres {
    programs: PathBuf,
    port: String,
    databases: AtomicU32,
    /// Holds the keeper's standard input open.
    _keeper: Child,
}

impl Postgres {
    /// The server of this test binary.
    pub fn shared() -> &'static Self {
        SHARED.get_or_init(Self::start)
    }

    /// A new, empty database; gives its `postgres://` URL.
    pub fn fresh_database(&self) -> String {
        let name = format!("spil_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let made = Command::new(self.programs.join("createdb"))
            .args(["-h", "127.0.0.1", "-p", &self.port, "-U", "spil", "-T", "template0", &name])
            .output()
            .expect("createdb runs");
        assert!(made.status.success(), "createdb: {}", String::from_utf8_lossy(&made.stderr));
        format!("postgres://spil@127.0.0.1:{}/{name}", self.port)
    }

    fn start() -> Self {
        let programs = programs();
        let port = free_port().to_string();
        let folder = std::env::temp_dir().join(format!("spil-postgres-{}-{port}", std::process::id()));
        std::fs::create_dir(&folder).expect("a temporary folder");
        let mut keeper = keeper(&folder);
        keeper.arg(&programs).arg(&folder).arg(&port).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut keeper = keeper.spawn().expect("sh runs");
        let mut line = String::new();
        let output = keeper.stdout.take().expect("standard output is piped");
        BufReader::new(output).read_line(&mut line).expect("the keeper writes text");
        assert_eq!(line.trim(), "ready", "PostgreSQL did not start; its log is above");
        Self { programs, port, databases: AtomicU32::new(0), _keeper: keeper }
    }
}

/// The shell that keeps the server. PostgreSQL refuses to run as root, so root hands it to the user `postgres`.
fn keeper(folder: &Path) -> Command {
    if !is_root() {
        let mut shell = Command::new("sh");
        shell.args(["-c", KEEPER, "keeper"]);
        return shell;
    }
    let owned = Command::new("chown").arg("postgres").arg(folder).status().expect("chown runs");
    assert!(owned.success(), "there is no user `postgres`: install the package postgresql");
    let mut shell = Command::new("runuser");
    shell.args(["-u", "postgres", "--", "sh", "-c", KEEPER, "keeper"]).current_dir(folder);
    shell
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n")
}

/// The folder with the programs of the newest PostgreSQL of the machine.
fn programs() -> PathBuf {
    let versions = Path::new("/usr/lib/postgresql").read_dir().into_iter().flatten().flatten();
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    versions
        .map(|version| version.path().join("bin"))
        .filter(|folder| folder.join("initdb").is_file())
        .max()
        .or_else(|| std::env::split_paths(&on_path).find(|folder| folder.join("initdb").is_file()))
        .expect("PostgreSQL is not installed: install the package postgresql, or run ./tests/run")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}
