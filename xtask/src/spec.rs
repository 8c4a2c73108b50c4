//! `cargo xtask spec`: the facts in `spec/`, imported from the published documents.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand, ValueHint};
use comfy_table::{Table, presets};
use docker_engine_codegen::api::ApiVersion;
use docker_engine_codegen::source::{LARGEST_SOURCE, Source};
use docker_engine_codegen::swagger::import::{self, Imported};
use docker_engine_codegen::swagger::node::Node;
use docker_engine_codegen::swagger::store::{Store, Written, sha256, versions_in};

use crate::console::{self, complain, note, out};
use crate::help;
use crate::repairs;

/// Where the published documents are, at the newest commit.
const UPSTREAM: &str = "https://raw.githubusercontent.com/moby/moby/master/api/docs";

/// Import the published documents, and look at what is imported.
#[derive(Debug, Args)]
#[command(after_help = help::examples(&[
    ("spec import v1.56.yaml", "a new version's document: its facts are kept, its mistakes repaired and told"),
    ("spec fetch 1.51", "the same from the publisher's repository"),
    ("spec list", "the versions that are there"),
]))]
pub(crate) struct SpecArgs {
    #[command(subcommand)]
    command: SpecCommand,
}

#[derive(Debug, Subcommand)]
enum SpecCommand {
    /// Import documents: files, or folders with files `vX.Y.yaml`
    #[command(after_help = help::examples(&[
        ("spec import v1.56.yaml", "one document"),
        ("spec import moby/api/docs --commit 1a2b3c4", "all documents of a checkout of the publisher's repository"),
    ]))]
    Import {
        /// Published Swagger 2.0 documents
        #[arg(required = true, value_hint = ValueHint::AnyPath)]
        paths: Vec<PathBuf>,
        /// The commit of the upstream repository that they are from, for sources.toml
        #[arg(long)]
        commit: Option<String>,
        /// Print every repair, also those of a rule that was needed very often
        #[arg(long, short)]
        verbose: bool,
    },
    /// Show what is imported
    #[command(after_help = help::examples(&[
        ("spec list", "versions, the Engines that speak them, operations, definitions, checksums"),
    ]))]
    List,
    /// Import a folder of published documents again and compare: fails if a file of the spec folder differs
    #[command(after_help = help::examples(&[
        ("spec check moby/api/docs", "whether spec/ is what import makes of these documents"),
    ]))]
    Check {
        /// The folder of published documents
        #[arg(value_hint = ValueHint::DirPath)]
        folder: PathBuf,
    },
    /// Download one document from the upstream repository and import it
    #[command(after_help = help::examples(&[
        ("spec fetch 1.51", "the newest commit's document"),
        ("spec fetch 1.51 --base-url https://raw.githubusercontent.com/moby/moby/1a2b3c4/api/docs --commit 1a2b3c4",
            "that of one commit"),
    ]))]
    Fetch {
        /// The version, such as 1.51
        version: ApiVersion,
        /// The folder to download from
        #[arg(long, value_name = "URL", default_value = UPSTREAM, value_hint = ValueHint::Url)]
        base_url: String,
        /// The commit of the upstream repository that it is from, for sources.toml
        #[arg(long)]
        commit: Option<String>,
    },
}

impl SpecArgs {
    /// Whether documents are written: never into a folder of published ones.
    pub(crate) fn writes(&self) -> bool {
        !matches!(self.command, SpecCommand::List)
    }
}

/// Runs `cargo xtask spec …` on this folder of facts.
pub(crate) fn run(args: &SpecArgs, store: &Store) -> anyhow::Result<ExitCode> {
    match &args.command {
        SpecCommand::Import { paths, commit, verbose } => {
            let sources = documents(paths)?;
            import_all(store, &sources, commit.as_deref(), *verbose)
        }
        SpecCommand::List => list(store),
        SpecCommand::Check { folder } => check(store, folder),
        SpecCommand::Fetch { version, base_url, commit } => {
            let source = fetch(*version, base_url)?;
            import_all(store, &[source], commit.as_deref(), false)
        }
    }
}

/// Reads the files, and the documents in the folders.
fn documents(paths: &[PathBuf]) -> anyhow::Result<Vec<Arc<Source>>> {
    let mut sources = Vec::new();
    for path in paths {
        if path.is_dir() {
            let versions = versions_in(path)?;
            if versions.is_empty() {
                bail!("{} has no files vX.Y.yaml", path.display());
            }
            for version in versions {
                sources.push(Source::read(&path.join(format!("v{version}.yaml")))?);
            }
        } else {
            sources.push(Source::read(path)?);
        }
    }
    Ok(sources)
}

/// Imports everything before anything is written, so that a bad document leaves the folder as it was.
fn import_documents(sources: &[Arc<Source>]) -> Result<Vec<Imported>, ExitCode> {
    let mut imported = Vec::new();
    let mut failed = false;
    for source in sources {
        match import::import(source) {
            Ok(document) => imported.push(document),
            Err(errors) => {
                failed = true;
                complain!("{}\n", errors.render(console::color_messages()));
            }
        }
    }
    if failed { Err(ExitCode::FAILURE) } else { Ok(imported) }
}

fn import_all(
    store: &Store,
    sources: &[Arc<Source>],
    commit: Option<&str>,
    verbose: bool,
) -> anyhow::Result<ExitCode> {
    let imported = match import_documents(sources) {
        Ok(imported) => imported,
        Err(code) => return Ok(code),
    };
    for (nth, document) in imported.iter().enumerate() {
        if let Some(other) = imported[..nth].iter().position(|other| other.version == document.version) {
            bail!("{} and {} are both version {}", sources[other].name, sources[nth].name, document.version);
        }
    }
    for document in &imported {
        repairs::print(&document.warnings, verbose);
    }
    let mut origins = store.sources()?;
    let mut table = table(["version", "repairs", "file", ""]);
    for (source, document) in sources.iter().zip(&imported) {
        let written = match store.write(document)? {
            Written::New => "new",
            Written::Changed => "changed",
            Written::Unchanged => "unchanged",
        };
        origins.note(document.version, source, commit);
        let path = store.path(document.version).display().to_string();
        table.add_row([
            document.version.to_string(),
            document.warnings.len().to_string(),
            path,
            written.to_owned(),
        ]);
    }
    store.write_sources(&origins)?;
    out!("{table}");
    Ok(ExitCode::SUCCESS)
}

fn list(store: &Store) -> anyhow::Result<ExitCode> {
    let origins = store.sources()?;
    let mut table = table(["version", "engine", "operations", "definitions", "sha256"]);
    for (version, node) in store.read_all()? {
        let origin = origins.get(version);
        let operations: usize = node
            .get("paths")
            .into_iter()
            .flat_map(Node::entries)
            .map(|(_, item)| {
                item.node.entries().filter(|(_, entry)| entry.node.get("operationId").is_some()).count()
            })
            .sum();
        table.add_row([
            version.to_string(),
            origin.and_then(|origin| origin.engine.clone()).unwrap_or_default(),
            operations.to_string(),
            node.get("definitions").into_iter().flat_map(Node::entries).count().to_string(),
            origin.map(|origin| origin.sha256.chars().take(12).collect()).unwrap_or_default(),
        ]);
    }
    out!("{table}");
    Ok(ExitCode::SUCCESS)
}

fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_header(header);
    table
}

fn check(store: &Store, folder: &Path) -> anyhow::Result<ExitCode> {
    let sources = documents(&[folder.to_owned()])?;
    let imported = match import_documents(&sources) {
        Ok(imported) => imported,
        Err(code) => return Ok(code),
    };
    let origins = store.sources()?;
    let mut differences = Vec::new();
    for (source, document) in sources.iter().zip(&imported) {
        let path = store.path(document.version);
        match std::fs::read(&path) {
            Err(_) => differences.push(format!("{}: missing", path.display())),
            Ok(bytes) if bytes != document.to_yaml().as_bytes() => {
                differences.push(format!("{}: differs from what {} gives", path.display(), source.name));
            }
            Ok(_) => {}
        }
        if origins.get(document.version).is_none_or(|origin| origin.sha256 != sha256(source.text.as_bytes()))
        {
            let sources = store.folder().join("sources.toml");
            differences.push(format!("{}: another checksum for {}", sources.display(), document.version));
        }
    }
    for version in store.versions()? {
        if imported.iter().all(|document| document.version != version) {
            differences.push(format!(
                "{}: {} has no such version",
                store.path(version).display(),
                folder.display()
            ));
        }
    }
    if differences.is_empty() {
        out!("{} documents give exactly what is in {}", imported.len(), store.folder().display());
        return Ok(ExitCode::SUCCESS);
    }
    differences.iter().for_each(|difference| complain!("{difference}"));
    complain!("run `{} spec import {}`", help::called(), folder.display());
    Ok(ExitCode::FAILURE)
}

/// Downloads the document of a version. Nothing is written: import does that once it has read all of it.
fn fetch(version: ApiVersion, base_url: &str) -> anyhow::Result<Arc<Source>> {
    let url = format!("{}/v{version}.yaml", base_url.trim_end_matches('/'));
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_connect(Some(Duration::from_secs(30)))
        .timeout_global(Some(Duration::from_secs(300)))
        .build()
        .into();
    let mut response = agent.get(&url).call().with_context(|| format!("cannot download {url}"))?;
    let bar = console::download(format!("v{version}.yaml"), response.body().content_length());
    let mut bytes = Vec::new();
    bar.wrap_read(response.body_mut().as_reader())
        .take(LARGEST_SOURCE + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot download {url}"))?;
    bar.finish_and_clear();
    note!("{url}: {} bytes, sha256 {}", bytes.len(), sha256(&bytes));
    Ok(Source::from_bytes(url, bytes)?)
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;

    use super::*;

    const DOCUMENT: &str = "swagger: '2.0'\ninfo: {version: '1.99'}\nbasePath: /v1.99\npaths: {}\n";

    fn run_in(folder: &Path, command: SpecCommand) -> anyhow::Result<ExitCode> {
        run(&SpecArgs { command }, &Store::new(folder))
    }

    fn succeeds(folder: &Path, command: SpecCommand) -> bool {
        let code = run_in(folder, command).expect("no error");
        format!("{code:?}") == format!("{:?}", ExitCode::SUCCESS)
    }

    /// Answers one request; gives the address and the request's first line.
    fn serve(status: &'static str, body: String) -> (String, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}/docs/", listener.local_addr().expect("bound"));
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a request");
            let lines: Vec<String> = BufReader::new(stream.try_clone().expect("a socket"))
                .lines()
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty())
                .collect();
            let head =
                format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).expect("sent");
            lines[0].clone()
        });
        (address, server)
    }

    fn fetch_from(base_url: String) -> SpecCommand {
        SpecCommand::Fetch { version: "1.99".parse().expect("a version"), base_url, commit: None }
    }

    #[test]
    fn fetch_downloads_imports_and_notes_the_checksum() {
        let folder = tempfile::tempdir().expect("a folder");
        let (address, server) = serve("200 OK", DOCUMENT.to_owned());
        assert!(succeeds(folder.path(), fetch_from(address)));
        assert_eq!(server.join().expect("served"), "GET /docs/v1.99.yaml HTTP/1.1");
        let store = Store::new(folder.path());
        assert_eq!(store.versions().expect("listed").len(), 1);
        let sources = store.sources().expect("written");
        assert_eq!(sources.versions["1.99"].sha256, sha256(DOCUMENT.as_bytes()));
        assert!(succeeds(folder.path(), SpecCommand::List));
    }

    #[test]
    fn a_failed_download_leaves_the_folder_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let (address, server) = serve("404 Not Found", "none".to_owned());
        let error = run_in(folder.path(), fetch_from(address)).expect_err("there is none");
        assert!(format!("{error:#}").contains("404"), "{error:#}");
        server.join().expect("served");
        let (address, server) = serve("200 OK", "<html>".to_owned());
        assert!(!succeeds(folder.path(), fetch_from(address)));
        server.join().expect("served");
        assert_eq!(std::fs::read_dir(folder.path()).expect("there").count(), 0);
    }

    #[test]
    fn check_names_what_differs() {
        let (published, folder) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        std::fs::write(published.path().join("v1.99.yaml"), DOCUMENT).expect("written");
        let check = || SpecCommand::Check { folder: published.path().to_owned() };
        assert!(!succeeds(folder.path(), check()), "nothing is imported");
        let import =
            SpecCommand::Import { paths: vec![published.path().to_owned()], commit: None, verbose: true };
        assert!(succeeds(folder.path(), import));
        assert!(succeeds(folder.path(), check()));
        let file = folder.path().join("v1.99.yaml");
        std::fs::write(&file, std::fs::read_to_string(&file).expect("read") + "x-a: 1\n").expect("written");
        assert!(!succeeds(folder.path(), check()), "the file was edited");
    }

    #[test]
    fn one_bad_document_stops_all() {
        let (published, folder) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        std::fs::write(published.path().join("v1.98.yaml"), DOCUMENT.replace("1.99", "1.98"))
            .expect("written");
        std::fs::write(published.path().join("v1.99.yaml"), DOCUMENT.replace("paths", "pathes"))
            .expect("written");
        let import =
            SpecCommand::Import { paths: vec![published.path().to_owned()], commit: None, verbose: false };
        assert!(!succeeds(folder.path(), import));
        assert_eq!(std::fs::read_dir(folder.path()).expect("there").count(), 0);
    }
}
