//! A live table of what running containers use, as `docker stats` draws it.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};

use anyhow::Result;
use clap::Parser;
use crossterm::{cursor, queue, terminal};
use docker_engine_examples::{name, size};
use docker_engine_v1_51::Client;
use docker_engine_v1_51::models::ContainerStatsResponse;
use futures_util::stream::{self, StreamExt, TryStreamExt};

/// Draw a live table of what running containers use.
#[derive(Parser)]
struct Arguments {
    /// Print one table and end
    #[arg(long)]
    once: bool,
    /// Only containers with this label: KEY or KEY=VALUE
    #[arg(long)]
    label: Vec<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let docker = Client::from_env()?;
    let containers = docker
        .container_list()
        .filters(|filters| arguments.label.iter().fold(filters, |filters, label| filters.label(label)))
        .await?;

    let mut streams = Vec::new();
    let mut rows: BTreeMap<String, Option<ContainerStatsResponse>> = BTreeMap::new();
    for container in &containers {
        let name = name(container);
        rows.insert(name.clone(), None);
        let stats = docker
            .container_stats(container.id.as_deref().unwrap_or_default())
            .stream(!arguments.once)
            .await?;
        streams.push(stats.map_ok(move |stats| (name.clone(), stats)).boxed());
    }
    // Each Engine sends a value for each container every second.
    let mut all = stream::select_all(streams);
    let live = !arguments.once && std::io::stdout().is_terminal();
    while let Some((name, stats)) = all.try_next().await? {
        rows.insert(name, Some(stats));
        if live {
            draw(&rows, true)?;
        }
    }
    if !live {
        draw(&rows, false)?;
    }
    Ok(())
}

fn draw(rows: &BTreeMap<String, Option<ContainerStatsResponse>>, live: bool) -> Result<()> {
    let mut screen = std::io::stdout().lock();
    if live {
        queue!(screen, cursor::MoveTo(0, 0), terminal::Clear(terminal::ClearType::FromCursorDown))?;
    }
    writeln!(screen, "{:24}  {:>7}  {:>10}  {:>10}  {:>5}", "NAME", "CPU", "MEMORY", "RECEIVED", "PIDS")?;
    for (name, stats) in rows {
        let Some(stats) = stats else { continue };
        let memory = stats.memory_stats.as_ref().and_then(|memory| memory.usage).unwrap_or_default();
        let networks = stats.networks.iter().flatten();
        let received: u64 = networks.filter_map(|(_, network)| network.rx_bytes).sum();
        let pids = stats.pids_stats.as_ref().and_then(|pids| pids.current).unwrap_or_default();
        let bytes = |number: u64| size(i64::try_from(number).unwrap_or(i64::MAX));
        writeln!(
            screen,
            "{name:24}  {:>6.1}%  {:>10}  {:>10}  {pids:>5}",
            cpu(stats),
            bytes(memory),
            bytes(received)
        )?;
    }
    screen.flush()?;
    Ok(())
}

/// How much of one processor was used since the value before, in percent: 200 is two processors.
fn cpu(stats: &ContainerStatsResponse) -> f64 {
    let (Some(now), Some(before)) = (&stats.cpu_stats, &stats.precpu_stats) else { return 0.0 };
    let used = |stats: &docker_engine_v1_51::models::ContainerCpuStats| {
        stats.cpu_usage.as_ref().and_then(|usage| usage.total_usage).unwrap_or_default()
    };
    let system =
        now.system_cpu_usage.unwrap_or_default().saturating_sub(before.system_cpu_usage.unwrap_or_default());
    if system == 0 {
        return 0.0;
    }
    let processors = f64::from(now.online_cpus.unwrap_or(1).max(1));
    used(now).saturating_sub(used(before)) as f64 / system as f64 * processors * 100.0
}
