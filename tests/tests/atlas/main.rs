//! The atlas: every address in it leads somewhere, it tells what the other commands tell, and `docker-engine-rs atlas`
//! writes it without touching what is not its own. `browser` opens it.

mod browser;

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use docker_engine_codegen::Spec;
use docker_engine_codegen::atlas;
use docker_engine_codegen::diff::{Known, Side, compare};
use docker_engine_codegen::swagger::store::Store;
use docker_engine_tests::site::{self, Site};
use docker_engine_tests::xtask::{project, run};

/// Versions with a bit of everything between them: renamed operations, deprecations, types that came and went.
const VERSIONS: [&str; 5] = ["1.25", "1.40", "1.43", "1.44", "1.52"];

fn site_of(spec: &Spec) -> Site {
    atlas::site(spec, |_, _| {}).unwrap_or_else(|errors| panic!("{}", errors.render(false)))
}

/// The site of [`VERSIONS`].
fn site() -> &'static Site {
    static SITE: OnceLock<Site> = OnceLock::new();
    SITE.get_or_init(|| {
        let project = project(&VERSIONS);
        let spec = Spec::open(&project.path().join("spec")).unwrap_or_else(|errors| panic!("{errors}"));
        site_of(&spec)
    })
}

#[test]
fn every_address_leads_somewhere() {
    let site = site();
    site::check(site, "the atlas");
    assert!(site.values().map(String::len).sum::<usize>() < 8 << 20, "it is to be small");

    // An operation and a type tell what they are, what is in them, and what happened.
    let create = &site["operations/ContainerCreate.html"];
    for told in
        ["POST /containers/create", "Client::container_create", "id=\"query-platform\"", "id=\"v1.43\""]
    {
        assert!(create.contains(told), "{told}\n{create}");
    }
    let config = &site["types/HostConfig.html"];
    assert!(
        config.contains("href=\"../types/Mount.html\">Mount</a>") && config.contains("id=\"field-Mounts\"")
    );
    assert!(
        config.contains("href=\"../operations/ContainerUpdate.html\"") || config.contains("id=\"users\"")
    );

    // A step has a page; the same is in the file of its older version.
    let step = &site["changes/1.43-1.44.html"];
    let later = site::changes(&site["changes/from-1.43.js"]);
    assert_eq!(later.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), ["1.44", "1.52"]);
    assert!(step.contains(&later[0].1));
    assert!(!site.contains_key("changes/from-1.52.js"));

    // The index of the search has everything.
    let index = site::data(&site["index.js"], "window.atlasIndex = ");
    let things = index["things"].as_array().expect("a list");
    let names = |name: &str| things.iter().any(|thing| thing[1] == name);
    assert!(names("ContainerCreate") && names("HostConfig") && things.len() > 300);
}

#[test]
fn reading_once_for_many_comparisons_tells_the_same() {
    let project = project(&VERSIONS);
    let spec = Spec::open(&project.path().join("spec")).unwrap_or_else(|errors| panic!("{errors}"));
    let versions = spec.store.versions().unwrap_or_else(|error| panic!("{error}"));
    let sides: Vec<Side> = versions
        .into_iter()
        .map(|version| Side::version(&spec, version).unwrap_or_else(|errors| panic!("{errors}")))
        .collect();
    let known: Vec<Known<'_>> =
        sides.iter().map(|side| Known::of(side).unwrap_or_else(|errors| panic!("{errors}"))).collect();
    for (one, other) in [(0, 0), (0, 1), (1, 2), (2, 3), (3, 4), (0, 4), (4, 0), (3, 2)] {
        let plain = compare(&sides[one], &sides[other]).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(known[one].compare(&known[other]), plain, "{} to {}", plain.from, plain.to);
    }
}

#[test]
fn a_plain_folder_of_documents_has_an_atlas_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (version, field) in [("1.50", "Old"), ("1.51", "New")] {
        let document = format!(
            "swagger: '2.0'\ninfo: {{title: Mine, version: '{version}'}}\nbasePath: /v{version}\n\
             paths:\n  /things:\n    get:\n      operationId: ThingList\n      tags: [Thing]\n      produces: [application/json]\n      \
             responses: {{200: {{description: ok, schema: {{$ref: '#/definitions/Thing'}}}}}}\n\
             definitions:\n  Thing: {{type: object, properties: {{{field}: {{type: string}}}}}}\n"
        );
        fs::write(folder.path().join(format!("v{version}.yaml")), document).expect("written");
    }
    let spec = {
        let (overlay, docs) = ("overlay: 1.0.0\ninfo: {title: none, version: '1'}\nactions: []\n", "{}\n");
        let source = |name: &str, text: &str| docker_engine_codegen::source::Source::new(name, text);
        Spec::of(
            Store::published(folder.path()),
            &source("overlay.yaml", overlay),
            &source("docs.yaml", docs),
        )
        .unwrap_or_else(|errors| panic!("{errors}"))
    };
    let site = site_of(&spec);
    site::check(&site, "two documents");
    assert_eq!(site, site_of(&spec), "the same documents give the same bytes");
    assert!(site["types/Thing.html"].contains("id=\"field-New\""));
    assert!(site["changes/1.50-1.51.html"].contains("<code>New</code>"));
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

#[test]
fn the_command_writes_what_is_its_own_and_nothing_else() {
    let project = project(&["1.43", "1.44"]);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("deep/atlas");
    let atlas = |more: &[&str]| run(project.path(), &[&["atlas", "--out", text(&out)], more].concat());
    let first = atlas(&[]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert_eq!(first.stderr, "1.43: compared with 1 later\n");
    assert!(
        first.stdout.starts_with(text(&out.join("index.html"))) && first.stdout.contains("0 removed"),
        "{first:?}"
    );
    assert!(first.stdout.lines().count() == 1 && !first.stdout.contains('\u{1b}'), "{first:?}");

    // What an earlier version of the documents had goes, what somebody put there stays, what is the same is not written.
    let page = fs::read_to_string(out.join("types/Mount.html")).expect("it was written");
    fs::write(out.join("types/Gone.html"), &page).expect("written");
    fs::write(out.join("types/mine.txt"), "mine").expect("written");
    fs::write(out.join("types/Mount.html"), page.replace("Mount", "Changed")).expect("written");
    let second = atlas(&["--quiet"]);
    assert!(second.code == 0 && second.stderr.is_empty(), "{second:?}");
    assert!(second.stdout.contains("; 1 written, 1 removed"), "{second:?}");
    assert_eq!(fs::read_to_string(out.join("types/Mount.html")).expect("it is there"), page);
    assert!(!out.join("types/Gone.html").exists() && out.join("types/mine.txt").exists());

    // A folder of somebody else is left alone, unless told; files in it always are.
    let other = folder.path().join("other");
    fs::create_dir(&other).expect("made");
    fs::write(other.join("index.html"), "<p>mine").expect("written");
    let into = |more: &[&str]| run(project.path(), &[&["atlas", "--out", text(&other)], more].concat());
    let refused = into(&[]);
    assert!(refused.code == 2 && refused.stderr.contains("neither empty nor an atlas"), "{refused:?}");
    assert!(refused.stderr.contains("--force") && refused.stdout.is_empty(), "{refused:?}");
    let refused = into(&["--force"]);
    assert!(refused.code == 1 && refused.stderr.contains("was not generated"), "{refused:?}");
    assert_eq!(fs::read_dir(&other).expect("it is there").count(), 1, "nothing was written");
    fs::rename(other.join("index.html"), other.join("mine.html")).expect("renamed");
    let forced = into(&["--force"]);
    assert!(
        forced.code == 0 && other.join("mine.html").exists() && other.join("index.html").exists(),
        "{forced:?}"
    );
    let file = run(project.path(), &["atlas", "--out", text(&other.join("mine.html"))]);
    assert!(file.code == 1 && file.stderr.contains("mine.html"), "{file:?}");
}
