//! The live suite: each check drives a real Engine through the generated client and asserts what comes back.
//!
//! It runs where the environment tells of an Engine that is there for tests: `DOCKER_HOST`, `ENGINE_VERSION` and
//! `ENGINE_API_MAX`. Elsewhere it says how many checks it leaves out. README.md beside it tells how to run it.

#![allow(clippy::unwrap_used)]
// A struct that one version fills has more fields in another.
#![allow(clippy::needless_update)]

mod containers;
#[cfg(feature = "since-1-30")]
mod distribution;
mod exec;
mod images;
mod networks;
mod plugins;
mod podman;
mod swarm;
mod system;
mod volumes;

use std::env;
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use docker_engine_live::docker_engine::{API_VERSION, Client};
use docker_engine_live::{Check, Engine, Journal, Report, compact, print, sweep};
use futures_util::future::LocalBoxFuture;
use tokio::sync::Semaphore;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::timeout;

/// How many checks run at a time, and how long one may take.
const AT_A_TIME: usize = 8;
const LIMIT: Duration = Duration::from_secs(100);

type Run = fn(Rc<Check>) -> LocalBoxFuture<'static, ()>;

/// The functions of the modules, by `module::function`.
macro_rules! checks {
    ($($module:ident { $($(#[$only:meta])* $check:ident)* })*) => {
        [$($($(#[$only])* (
            concat!(stringify!($module), "::", stringify!($check)),
            (|check| Box::pin(async move { $module::$check(&check).await })) as Run,
        ),)*)*]
    };
}

fn checks() -> Vec<(&'static str, Run)> {
    checks! {
        swarm { whole_life }
        containers {
            life_cycle exit_codes #[cfg(feature = "since-1-30")] wait_conditions ended_by_a_signal start_and_stop_twice
            logs_apart logs_of_a_terminal logs_followed_to_the_end logs_of_long_lines
            attach_with_input attach_to_a_terminal attach_by_websocket
            top_and_changes stats update_and_rename resize archives export prune errors_say_why
        }
        exec { streams_apart input_and_half_close terminal detached errors }
        images {
            import_list_inspect push_and_pull credentials_are_needed save_and_load
            build failing_build #[cfg(feature = "since-1-40")] build_with_buildkit
            #[cfg(feature = "since-1-40")] prune_of_the_build_cache commit prune search_needs_a_hub
        }
        volumes {
            life_cycle anonymous_and_mounts prune
            #[cfg(feature = "since-1-42")] update_is_for_cluster_volumes
        }
        networks { life_cycle at_creation_of_a_container ports_are_published prune }
        distribution {
            #[cfg(feature = "since-1-30")] inspect
            #[cfg(feature = "since-1-30")] inspect_with_credentials
        }
        plugins { life_cycle errors }
        system {
            #[cfg(feature = "since-1-40")] session
            version_and_ping info data_usage events_of_the_past events_live auth }
    }
    .to_vec()
}

tokio::task_local! {
    /// The check that a task belongs to, for the messages of panics.
    static NAME: &'static str;
}

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        // What lists tests finds none: they run together or not at all.
        arguments if arguments.contains(&"--list") => return ExitCode::SUCCESS,
        ["--table", folder] => return told(print(Path::new(folder))),
        ["--compact", recordings, into] => return told(compact(Path::new(recordings), Path::new(into))),
        _ => {}
    }
    let wanted: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let mut checks = checks();
    checks
        .retain(|(name, _)| wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted.as_str())));
    let Some(engine) = Engine::of_environment() else {
        println!(
            "live suite: {} checks left out: DOCKER_HOST, ENGINE_VERSION and ENGINE_API_MAX do not name an Engine \
             for tests; tests/live/README.md tells how to run them",
            checks.len()
        );
        return ExitCode::SUCCESS;
    };
    if engine.newest < API_VERSION {
        println!(
            "live suite: {} checks left out: the Engine speaks API versions up to {}",
            checks.len(),
            engine.newest
        );
        return ExitCode::SUCCESS;
    }
    std::panic::set_hook(Box::new(|panic| {
        let name = NAME.try_with(|name| *name).unwrap_or("?");
        eprintln!("{name}: {panic}");
    }));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let done = async {
        let engine = engine.learn().await.map_err(|error| error.to_string())?;
        run(Arc::new(engine), checks, wanted.is_empty()).await
    };
    match LocalSet::new().block_on(&runtime, done) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => fail(&message),
    }
}

fn told(result: std::io::Result<()>) -> ExitCode {
    result.map_or_else(|error| fail(&error.to_string()), |()| ExitCode::SUCCESS)
}

fn fail(message: &str) -> ExitCode {
    eprintln!("live suite: {message}");
    ExitCode::FAILURE
}

/// Runs the checks, sweeps up behind them, and tells what ran.
async fn run(engine: Arc<Engine>, mut checks: Vec<(&'static str, Run)>, whole: bool) -> Result<(), String> {
    let begun = Instant::now();
    if engine.podman {
        checks.retain(|(name, _)| podman::has(name));
    }
    let journal = Arc::new(Journal::default());
    let docker = engine.client(&journal).map_err(|error| error.to_string())?;
    let sweeper = engine.unnoted().map_err(|error| error.to_string())?;
    let run = format!("live-{:06x}", fastrand::u32(..0x100_0000));
    println!("live suite: {} checks on {} as {run}", checks.len(), engine.label());

    let places = Rc::new(Semaphore::new(AT_A_TIME));
    let ran: Vec<_> = checks.iter().map(|(name, _)| *name).collect();
    let start = |(index, (name, body))| {
        // With a number, so that no check's name is the beginning of another's.
        let run = format!("{run}-{index:02}");
        let check = Rc::new(Check::new(docker.clone(), Arc::clone(&engine), &run, name));
        let (places, sweeper) = (Rc::clone(&places), sweeper.clone());
        spawn_local(async move {
            let _place = places.acquire().await.expect("it is never closed");
            (name, passes(name, body, &check, &sweeper).await)
        })
    };
    let started: Vec<_> = checks.into_iter().enumerate().map(start).collect();
    let mut failed = Vec::new();
    for task in started {
        let (name, passed) = task.await.map_err(|error| error.to_string())?;
        failed.extend((!passed).then_some(name));
    }

    let left = sweep(&sweeper, &run).await.map_err(|error| format!("sweeping up: {error}"))?;
    let report = Report::new(&engine, API_VERSION, &journal).map_err(|error| error.to_string())?;
    let (done, of) = report.coverage();
    println!(
        "live suite: {} of {} checks passed on {} in {:.1} s; {done} of {of} operations done",
        ran.len() - failed.len(),
        ran.len(),
        engine.label(),
        begun.elapsed().as_secs_f32()
    );
    if whole && let Ok(folder) = env::var("DOCKER_ENGINE_LIVE_REPORT") {
        report.write(Path::new(&folder)).map_err(|error| format!("{folder}: {error}"))?;
    }
    let mut complaints: Vec<_> = match engine.podman {
        true => podman::complaints(&ran, &failed),
        false => failed.iter().map(|name| format!("{name} failed")).collect(),
    };
    complaints.extend(left.iter().map(|left| format!("{left} was left behind")));
    if whole && !engine.podman {
        complaints.extend(report.complaints());
    }
    match complaints.is_empty() {
        true => Ok(()),
        false => Err(complaints.join("\nlive suite: ")),
    }
}

/// Runs one check and removes what it made.
async fn passes(name: &'static str, body: Run, check: &Rc<Check>, sweeper: &Client) -> bool {
    let begun = Instant::now();
    let future = NAME.scope(name, body(Rc::clone(check)));
    let mut task = spawn_local(future);
    let mut passed = match timeout(LIMIT, &mut task).await {
        Ok(ended) => ended.is_ok(),
        Err(_) => {
            task.abort();
            eprintln!("{name}: is not over after {LIMIT:?}");
            false
        }
    };
    if let Err(error) = sweep(sweeper, &check.name).await {
        eprintln!("{name}: sweeping up: {error}");
        passed = false;
    }
    println!("{} {name} ({:.1} s)", if passed { "ok    " } else { "FAILED" }, begun.elapsed().as_secs_f32());
    passed
}
