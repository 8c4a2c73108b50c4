//! `Cargo.toml`.

use super::options::{Dependency, Home, Options};
use super::{Error, format, package_name};
use crate::api::Api;

/// Features of the runtime that every crate passes on, and what each adds.
pub(super) const FEATURES: [(&str, &str); 10] = [
    ("blocking", "`send_blocking()` on requests and tasks, for programs that are not asynchronous"),
    ("hyper", "HTTP over unix sockets, named pipes and tcp, and `Client::from_env()`"),
    ("reqwest", "requests through a `reqwest::Client` of your own"),
    ("ssh", "`ssh://` through the system's ssh"),
    ("tar", "`copy_in` and `copy_out`, which copy files into containers and out of them"),
    ("testing", "a scripted Engine, recording, replay and faults, for tests without an Engine"),
    ("tls", "TLS over tcp with rustls"),
    ("tower", "tower's services as transports, and retries"),
    ("tracing", "a span for each request"),
    ("websocket", "attaching to a container by websocket"),
];
/// Those that are on unless switched off.
pub(super) const DEFAULT_FEATURES: [&str; 1] = ["hyper"];

/// The edition and the oldest compiler of a crate outside the workspace; in it, the workspace says them.
const EDITION: &str = "2024";
const RUST_VERSION: &str = "1.88";

pub(super) fn text(api: &Api, options: &Options) -> Result<String, Error> {
    let mut out = format::header("# ", "");
    out += "\n[package]\n";
    let mut pair = |key: &str, value: &str| out += &[key, " = ", value, "\n"].concat();
    pair("name", &string(&package_name(api.version)));
    pair("description", &string(&["Client of the Docker Engine API v", &api.version.to_string()].concat()));
    match &options.home {
        Home::Workspace => {
            for key in ["version", "edition", "rust-version", "license"] {
                pair(&[key, ".workspace"].concat(), "true");
            }
        }
        Home::Standalone { .. } => {
            pair("version", &string("0.1.0"));
            pair("edition", &string(EDITION));
            pair("rust-version", &string(RUST_VERSION));
        }
    }
    if options.home == Home::Workspace {
        out += "\n[lints]\nworkspace = true\n";
    }
    out += "\n# Its documentation has the only tests: no second build for others.\n[lib]\ntest = false\n";
    out += "\n[features]\n";
    out += &["default = ", &list(&DEFAULT_FEATURES.map(str::to_owned)), "\n"].concat();
    for (feature, _) in FEATURES {
        out += &[feature, " = ", &list(&[["docker-engine-runtime/", feature].concat()]), "\n"].concat();
    }
    out += "\n[dependencies]\n";
    out += &["docker-engine-runtime", &dependency(options)?, "\n"].concat();
    Ok(out)
}

fn dependency(options: &Options) -> Result<String, Error> {
    Ok(match &options.home {
        Home::Workspace => ".workspace = true".to_owned(),
        Home::Standalone { runtime: Dependency::Path(path) } => {
            let path = path.to_str().ok_or_else(|| {
                Error::nowhere(format!(
                    "the path of the runtime is not text that a manifest can hold: {}",
                    path.display()
                ))
            })?;
            [" = { path = ", &string(path), ", default-features = false }"].concat()
        }
        Home::Standalone { runtime: Dependency::Git { url, rev } } => {
            let rev = rev.as_ref().map(|rev| [", rev = ", &string(rev)].concat()).unwrap_or_default();
            [" = { git = ", &string(url), &rev, ", default-features = false }"].concat()
        }
    })
}

/// A TOML string. Its escapes are those of JSON, but for one control character that JSON leaves alone.
fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

fn list(items: &[String]) -> String {
    let items: Vec<_> = items.iter().map(|item| string(item)).collect();
    ["[", &items.join(", "), "]"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_hold_anything() {
        assert_eq!(string("a\"b\\c\n\u{7f}"), r#""a\"b\\c\n\u007f""#);
    }
}
