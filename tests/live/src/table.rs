//! What the journals of several runs say, as one table: a row for each operation, a column for each Engine and crate.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use docker_engine_runtime::ApiVersion;

use crate::{Engine, Journal, Tally, excuses};

/// What became of each operation of a crate on an Engine.
#[derive(Debug)]
pub struct Report {
    label: String,
    operations: BTreeMap<String, Row>,
}

#[derive(Debug, Default)]
struct Row {
    tally: Tally,
    excuse: Option<String>,
}

impl Report {
    /// Of a run that is over.
    pub fn new(engine: &Engine, version: ApiVersion, journal: &Journal) -> io::Result<Self> {
        let tallies = journal.tallies();
        let of_version = operations(version)?;
        let row = |id: &String| Row {
            tally: tallies.get(id.as_str()).copied().unwrap_or_default(),
            excuse: excuses(engine)
                .find(|excuse| excuse.operations.contains(&id.as_str()))
                .map(|excuse| excuse.why.to_owned())
                .or_else(|| engine.podman.then(|| "podman lacks it, or the part that it is of".to_owned())),
        };
        let operations = of_version.into_iter().map(|id| (id.clone(), row(&id))).collect();
        Ok(Self { label: engine.label(), operations })
    }

    /// How many operations were done, and how many there are.
    pub fn coverage(&self) -> (usize, usize) {
        (self.operations.values().filter(|row| row.tally.done > 0).count(), self.operations.len())
    }

    /// What is neither done nor excused, and what is done in spite of an excuse.
    pub fn complaints(&self) -> Vec<String> {
        let complaint = |(id, row): (&String, &Row)| match (&row.excuse, row.tally) {
            (None, Tally { done: 0, refused: 0 }) => Some(format!("{id} is not exercised, and not excused")),
            (None, Tally { done: 0, .. }) => Some(format!("{id} was always refused, and is not excused")),
            (Some(why), Tally { done: 1.., .. }) => {
                Some(format!("{id} was done, though it is excused: {why}"))
            }
            _ => None,
        };
        self.operations.iter().filter_map(complaint).collect()
    }

    /// Writes it to a folder where [`print`] finds it.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let mut text = format!("{}\n", self.label);
        for (id, Row { tally, excuse }) in &self.operations {
            text += &format!(
                "{id}\t{}\t{}\t{}\n",
                tally.done,
                tally.refused,
                excuse.as_deref().unwrap_or_default()
            );
        }
        fs::create_dir_all(folder)?;
        fs::write(folder.join(format!("{}.tsv", self.label.replace(' ', "-"))), text)
    }

    fn read(path: &Path) -> io::Result<Self> {
        let text = fs::read_to_string(path)?;
        let mut lines = text.lines();
        let label = lines.next().unwrap_or_default().to_owned();
        let number = |text: Option<&str>| text.and_then(|text| text.parse().ok()).unwrap_or_default();
        let operations = lines.map(|line| {
            let mut cells = line.split('\t');
            let id = cells.next().unwrap_or_default().to_owned();
            let tally = Tally { done: number(cells.next()), refused: number(cells.next()) };
            (id, Row { tally, excuse: cells.next().filter(|why| !why.is_empty()).map(str::to_owned) })
        });
        Ok(Self { label, operations: operations.collect() })
    }
}

/// The ids of a version's operations, from its document.
fn operations(version: ApiVersion) -> io::Result<Vec<String>> {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../spec/v{version}.yaml"));
    let text = fs::read_to_string(&document)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", document.display())))?;
    let ids = text.lines().filter_map(|line| line.trim().strip_prefix("operationId: "));
    Ok(ids.map(|id| id.trim_matches(['"', '\'']).to_owned()).collect())
}

/// Prints the reports of a folder as a table.
pub fn print(folder: &Path) -> io::Result<()> {
    let paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    let reports = paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "tsv"));
    let mut reports = reports.map(|path| Report::read(path)).collect::<io::Result<Vec<_>>>()?;
    reports.sort_by(|a, b| a.label.cmp(&b.label));
    let ids: BTreeSet<_> = reports.iter().flat_map(|report| report.operations.keys()).collect();

    println!("Operations by Engine and crate: how often done, and how often refused by the Engine as (n).");
    println!(
        "`excused` stands where it cannot be had, with the reason below; `.` where the crate has no such operation.\n"
    );
    let width = ids.iter().map(|id| id.len()).max().unwrap_or_default();
    let heads: Vec<_> = reports.iter().map(|report| report.label.split(' ').collect::<Vec<_>>()).collect();
    for line in 0..heads.iter().map(Vec::len).max().unwrap_or_default() {
        let cells = heads.iter().map(|head| head.get(line).copied().unwrap_or_default().to_owned());
        row("", width, cells);
    }
    for id in &ids {
        row(id, width, reports.iter().map(|report| cell(report.operations.get(*id))));
    }
    row("done", width, reports.iter().map(|report| report.coverage().0.to_string()));
    row("of", width, reports.iter().map(|report| report.coverage().1.to_string()));

    let mut reasons = BTreeMap::<_, BTreeSet<_>>::new();
    for (id, row) in reports.iter().flat_map(|report| &report.operations) {
        if let Some(why) = &row.excuse {
            reasons.entry(why).or_default().insert(id.as_str());
        }
    }
    if !reasons.is_empty() {
        println!();
    }
    for (why, ids) in reasons {
        println!("excused: {}: {why}", ids.into_iter().collect::<Vec<_>>().join(", "));
    }
    Ok(())
}

fn row(head: &str, width: usize, cells: impl Iterator<Item = String>) {
    let cells: String = cells.map(|cell| format!("  {cell:>8}")).collect();
    println!("{head:<width$}{}", cells.trim_end());
}

fn cell(row: Option<&Row>) -> String {
    match row.map(|row| (row.tally, &row.excuse)) {
        None => ".".to_owned(),
        Some((Tally { done: 0, refused: 0 }, Some(_))) => "excused".to_owned(),
        Some((Tally { done: 0, refused: 0 }, None)) => "MISSING".to_owned(),
        Some((Tally { done: 0, refused }, _)) => format!("({refused})"),
        Some((Tally { done, refused: 0 }, _)) => done.to_string(),
        Some((Tally { done, refused }, _)) => format!("{done} ({refused})"),
    }
}
