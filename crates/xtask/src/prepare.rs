//! What the tests need on the machine: installed if it can be, else said plainly. Nothing is skipped.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::run::{answers, command, must, root, target};

/// A Debian package and how to see that what it brings is there.
struct Need {
    package: &'static str,
    met: fn() -> bool,
}

const NEEDS: [Need; 7] = [
    Need { package: "postgresql", met: has_postgres },
    Need { package: "chromium", met: || answers("chromium") },
    Need { package: "fonts-noto-cjk", met: || is_there("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc") },
    Need { package: "python3", met: || is_there("/usr/bin/python3") },
    Need { package: "python3-venv", met: || is_there("/usr/share/doc/python3-venv") },
    Need { package: "gcc", met: || answers("cc") },
    Need { package: "g++", met: || answers("c++") },
];

/// What the benchmarks compare with, beside what the tests need.
const PEERS: [Need; 1] = [Need { package: "groonga-bin", met: || answers("groonga") }];

/// Installs what is missing for the tests.
pub(crate) fn machine() -> Outcome {
    installed(&NEEDS)?;
    if !answers("node") || !answers("npm") {
        return Err("Node.js 20 with npm is needed for the browser tests; install it and run again".to_owned());
    }
    Ok(())
}

/// Installs what the benchmarks compare with.
pub(crate) fn peers() -> Outcome {
    installed(&PEERS)
}

fn installed(needs: &[Need]) -> Outcome {
    let missing: Vec<&str> = needs.iter().filter(|need| !(need.met)()).map(|need| need.package).collect();
    if !missing.is_empty() {
        println!("missing Debian packages: {}", missing.join(" "));
        must(command("apt-get").args(["update", "-qq"]))?;
        let mut install = command("apt-get");
        install.args(["install", "-y", "-qq", "--no-install-recommends"]).args(&missing);
        must(install.env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    Ok(())
}

/// Whether the deep zoom is there to be embedded.
pub(crate) fn has_viewer() -> bool {
    is_there(root().join("viewer/node_modules/openseadragon"))
}

/// The npm packages of a folder, from its lock file.
pub(crate) fn packages(folder: &Path) -> Outcome {
    must(command("npm").args(["ci", "--no-audit", "--no-fund", "--silent"]).current_dir(folder))
}

/// The deep zoom of the record page, fetched from the lock file: the next build embeds it.
pub(crate) fn viewer() -> Outcome {
    packages(&root().join("viewer"))
}

/// The console, built from its lock file and the document of the staff API: the next build embeds it. What is generated
/// and kept must be what is generated now.
pub(crate) fn console() -> Outcome {
    let folder = root().join("console");
    packages(&folder)?;
    let generated = folder.join("src/api/schema.d.ts");
    let read = || fs::read(&generated).map_err(|error| format!("{}: {error}", generated.display()));
    let kept = read()?;
    must(command("npm").args(["run", "--silent", "build"]).current_dir(&folder))?;
    if read()? == kept {
        return Ok(());
    }
    Err("console/src/api/schema.d.ts was stale: it has been generated anew, look at it and keep it".to_owned())
}

/// Whether the console is built, and nothing of it is newer than that.
pub(crate) fn has_console() -> bool {
    let folder = root().join("console");
    let changed = |path: &Path| fs::metadata(path).and_then(|found| found.modified()).ok();
    let Some(built) = changed(&folder.join("dist/index.html")) else { return false };
    let sources = ["openapi.json", "package-lock.json", "index.html", "vite.config.ts"].map(|name| folder.join(name));
    sources.into_iter().chain(files(&folder.join("src"))).all(|path| changed(&path).is_some_and(|at| at <= built))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let of = |entry: fs::DirEntry| match entry.path() {
        path if path.is_dir() => files(&path),
        path => vec![path],
    };
    entries.flat_map(of).collect()
}

/// The browser tests' packages, installed from the lock file.
pub(crate) fn browser_tests() -> Outcome {
    packages(&root().join("e2e"))
}

/// A Python of its own with the packages that a file lists.
pub(crate) fn python(name: &str, requirements: &str) -> Result<PathBuf, String> {
    let folder = target().join(name);
    let python = folder.join("bin/python");
    if !python.try_exists().unwrap_or(false) {
        must(command("/usr/bin/python3").args(["-m", "venv"]).arg(&folder))?;
    }
    let requirements = root().join(requirements);
    must(
        command(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
            .arg(requirements),
    )?;
    Ok(python)
}

fn has_postgres() -> bool {
    let debian = Path::new("/usr/lib/postgresql");
    fs::read_dir(debian).is_ok_and(|versions| {
        versions.filter_map(Result::ok).any(|version| is_there(version.path().join("bin/initdb")))
    })
}

fn is_there(path: impl AsRef<Path>) -> bool {
    path.as_ref().try_exists().unwrap_or(false)
}
