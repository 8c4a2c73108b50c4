//! `README.md`, which is also the front page of the crate's documentation, so that its example is compiled.

use super::manifest::{DEFAULT_FEATURES, FEATURES};
use super::options::{Dependency, Home, Options};
use super::{format, package_name};
use crate::api::{Answer, Api, Operation};

/// What holds for every operation.
const POINTS: [&str; 5] = [
    "`Client::from_env()` finds the Engine by the rules of the docker command line.",
    "What an operation needs is an argument of its method, what it can do without is a setter of the request.",
    "An answer with an error status is an `Error` that says which operation failed and why; `is_not_found()` and others tell \
     them apart. What the Engine reports later, in a stream, is an `Err` there.",
    "Text that this version does not list is kept as `Other`; fields that it does not know stay in `extra` of types that are \
     also sent, so that inspect, change and update lose nothing.",
    "`operations` has the requests, `models` the types, `runtime` what all versions share: errors, streams, tasks, credentials, \
     transports.",
];

/// Operations that make a good first example, best first.
const FIRST: [&str; 4] = ["container_list", "system_version", "system_info", "image_list"];

pub(super) fn text(api: &Api, options: &Options) -> String {
    let (package, version) = (package_name(api.version), api.version.to_string());
    let library = package.replace('-', "_");
    let mut out = format::header("<!-- ", " -->");
    let mut line = |parts: &[&str]| out += &[&parts.concat(), "\n"].concat();
    line(&["\n# ", &package]);
    line(&["\nClient of the Docker Engine API v", &version, ": a method for each of its ", &count(api), "."]);
    line(&[
        "Awaiting what a method returns sends the request. With an older Engine the client speaks that Engine's version.",
    ]);
    if let Home::Standalone { runtime: Dependency::Path(_) } = options.home {
        line(&["The crate depends on `docker-engine-runtime` by its path on this machine."]);
    }
    line(&["\n```rust,no_run"]);
    line(&["use ", &library, "::{Client, Result};\n"]);
    line(&["async fn example() -> Result<()> {"]);
    line(&["    let docker = Client::from_env()?;"]);
    match example(api) {
        Some(operation) if matches!(operation.answer, Answer::Json(_)) => {
            line(&["    let answer = docker.", &operation.method_name, "().await?;"]);
            line(&["    println!(\"{answer:#?}\");"]);
        }
        Some(operation) => line(&["    let _answer = docker.", &operation.method_name, "().await?;"]),
        None => line(&["    println!(\"{docker:?}\");"]),
    }
    line(&["    Ok(())\n}\n```\n"]);
    for point in POINTS {
        line(&["- ", point]);
    }
    line(&["\n| feature | adds |\n|---|---|"]);
    for (feature, adds) in FEATURES {
        let default = if DEFAULT_FEATURES.contains(&feature) { " (on by default)" } else { "" };
        line(&["| `", feature, "`", default, " | ", adds, " |"]);
    }
    out
}

fn count(api: &Api) -> String {
    [&api.operations.len().to_string(), " operations"].concat()
}

/// An operation that needs no argument.
fn example(api: &Api) -> Option<&Operation> {
    let plain = |operation: &&Operation| {
        operation.parameters.iter().all(|parameter| !parameter.required)
            && operation.body.as_ref().is_none_or(|body| !body.required)
            && operation.deprecation.is_none()
    };
    let mut candidates: Vec<&Operation> = api.operations.iter().filter(plain).collect();
    candidates.sort_by_key(|operation| {
        FIRST.iter().position(|name| *name == operation.method_name).unwrap_or(FIRST.len())
    });
    candidates.into_iter().next()
}
