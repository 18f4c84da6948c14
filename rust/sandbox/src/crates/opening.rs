//! From a folder to a crate that is known to build.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use super::bay::{Bay, Jail, configure};
use super::explain::explain;
use super::prime::prime;
use super::slot::Slot;
use super::verdict::Step;
use super::{Crate, CrateSettings, Shared, about, config, copy, fetch, io, selftest, work_folder};
use crate::SandboxError;
use crate::jail::{Ending, Grant, Layers, Rights};
use crate::policy::Policy;
use crate::pool::{Control, Worker, remove_stale};
use crate::stage::display;
use crate::toolchain::Toolchain;

/// A crate that is being opened. Dropping it stops that.
#[derive(Debug)]
pub struct Opening {
    receiver: Receiver<Result<Crate, SandboxError>>,
    control: Arc<Control>,
    thread: Option<JoinHandle<()>>,
}

impl Opening {
    pub(super) fn start(folder: PathBuf, settings: CrateSettings) -> Self {
        let (sender, receiver) = channel();
        let control = Arc::new(Control::default());
        let stop = control.clone();
        let thread = std::thread::spawn(move || {
            let _ = sender.send(open(&folder, settings, &stop));
        });
        Self { receiver, control, thread: Some(thread) }
    }

    /// The crate; None where it is not open within `patience`.
    ///
    /// # Errors
    /// [`SandboxError::Crate`] for a crate that cannot be used, and what a sandbox raises where it cannot start.
    pub fn next(&mut self, patience: Duration) -> Result<Option<Crate>, SandboxError> {
        match self.receiver.recv_timeout(patience) {
            Ok(opened) => opened.map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(SandboxError::Io("opening the crate broke off".to_owned())),
        }
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.control.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn open(folder: &Path, settings: CrateSettings, control: &Control) -> Result<Crate, SandboxError> {
    let layers = Layers::probe().require(false)?;
    remove_stale(&std::env::temp_dir());
    let mut jail = jail(&settings)?;
    let folder = if folder.ends_with("Cargo.toml") { folder.parent().unwrap_or(folder) } else { folder };
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let root = fetch::workspace(&jail, &folder)?;
    let below = folder.strip_prefix(&root).unwrap_or(Path::new("")).to_owned();
    let pristine = work_folder().map_err(io("make a folder for the copy"))?;
    let copied = pristine.path().canonicalize().map_err(io("find the copy"))?;
    let bounds = copy::Bounds { bytes: settings.limits.tree << 20, entries: settings.limits.files };
    let left_out = copy::workspace(&root, &copied, bounds)?;
    let config = config::take(&copied)?;
    configure(&copied, &config.fetch)?;
    let locked_here = fetch::fetch(&jail, &copied, settings.offline)?;
    configure(&copied, &config.build)?;
    furnish(&mut jail).map_err(io("make a Cargo home"))?;
    let mut bay = Worker::start(&settings.command).and_then(|worker| Bay::new(worker, &copied))?;
    control.watch(bay.worker());
    let layers = format!("{layers}+{}", selftest::run(&jail, &mut bay)?);
    let metadata = metadata(&jail, &mut bay)?;
    let mut about = about::read(&metadata, &bay.copy(), &below, settings.package.as_deref())?;
    about.left_out = left_out.iter().map(|path| display(path)).collect();
    about.locked_here = locked_here;
    let mut shared = Shared {
        settings,
        jail,
        layers,
        about,
        pristine,
        slots: Mutex::default(),
        freed: Condvar::new(),
        baseline: Mutex::default(),
        seed: Mutex::default(),
        built: Mutex::default(),
        clippy: Mutex::default(),
        closed: false.into(),
    };
    let mut slot = Slot::new(bay);
    prime(&shared, &mut slot, Step::Lib)?;
    shared.about.sources = sources(&shared, &slot)?;
    control.forget(slot.bay.worker());
    shared.slots.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner).idle.push(slot);
    Ok(Crate { shared: Arc::new(shared) })
}

fn jail(settings: &CrateSettings) -> Result<Jail, SandboxError> {
    let toolchain = Toolchain::find(settings.rustc.as_deref())?;
    let cargo = toolchain.cargo()?;
    let hidden: Vec<PathBuf> = settings.hidden.iter().filter_map(|path| path.canonicalize().ok()).collect();
    let mut grants = Policy::build(&toolchain, &hidden)?;
    grants.push(Grant { path: "/dev/null".to_owned(), rights: Rights::Write });
    grants.push(Grant { path: display(&cargo), rights: Rights::Execute });
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let cargo_home = cargo_home.unwrap_or_else(|| PathBuf::from("/nonexistent"));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Ok(Jail {
        toolchain,
        cargo,
        grants,
        limits: settings.limits.clone(),
        home: work_folder().map_err(io("make a Cargo home"))?,
        cargo_home,
        cores,
        jobs: (cores / settings.workers).max(1),
    })
}

/// The folders of the Cargo home that hold sources, and no credentials.
const SOURCES: [&str; 2] = ["registry", "git"];

/// Lets the jail read the sources that the fetch left in the user's Cargo home, not what else is there.
fn furnish(jail: &mut Jail) -> std::io::Result<()> {
    let home = jail.home.path().canonicalize()?;
    for name in SOURCES {
        if let Ok(real) = jail.cargo_home.join(name).canonicalize() {
            symlink(&real, home.join(name))?;
            jail.grants.push(Grant { path: display(&real), rights: Rights::Read });
        }
    }
    std::fs::write(home.join("config.toml"), config::of_user(&jail.cargo_home).to_string())?;
    jail.grants.push(Grant { path: display(&home), rights: Rights::Read });
    Ok(())
}

fn metadata(jail: &Jail, bay: &mut Bay) -> Result<Vec<u8>, SandboxError> {
    let arguments = ["metadata", "--no-deps", "--frozen", "--format-version", "1"].map(str::to_owned);
    let (reply, [stdout, stderr, _]) = bay.cargo(jail, &arguments, 60, 1).map_err(io("ask cargo about the crate"))?;
    match reply.ending {
        Ending::Exited(0) => Ok(stdout),
        Ending::Exited(_) => Err(explain(&String::from_utf8_lossy(&stderr), &bay.copy())),
        ending => Err(SandboxError::Crate(format!("cargo does not read the crate in the jail: {ending:?}"))),
    }
}

fn sources(shared: &Shared, slot: &Slot) -> Result<Vec<String>, SandboxError> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(slot.bay.out().join("lib"))
        .map_err(io("read what rustc made"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "d"))
        .collect();
    files.sort();
    let text = files.first().map(std::fs::read_to_string).transpose().map_err(io("read what rustc made"))?;
    let found = about::sources(&text.unwrap_or_default(), &slot.bay.copy(), &slot.bay.copy());
    if found.is_empty() {
        return Err(SandboxError::Crate(format!("rustc names no source file of {}", shared.about.name)));
    }
    Ok(found)
}
