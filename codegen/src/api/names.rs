//! Rust names: the one place where a text of a document becomes an identifier.
//!
//! A name is made of the text's words (ASCII letters and digits; everything else separates), so whatever a document
//! says, the result is an identifier, or there is none and the caller reports the place. A name that is taken in its
//! `Scope` is an error with both places: nothing is ever renamed in silence.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Origin, Result};

/// Words whose capitals do not show where they begin and end.
const TERMS: &[&str] = &["IPv4", "IPv6", "IOps", "SELinux"];

/// What Rust 2024 keeps for itself, in either case of the first letter.
const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
    "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Types, traits and variants that generated code means when it writes them without a path: Rust's prelude, and what its
/// files import. What belongs to the runtime is always written with its path.
const TYPES: &[&str] = &[
    "AsMut",
    "AsRef",
    "BTreeMap",
    "Box",
    "Client",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Display",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "Error",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Hash",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];

/// Methods that a request has whatever its parameters are called.
const REQUEST_METHODS: &[&str] = &[
    "clone",
    "decode",
    "from",
    "into",
    "into_future",
    "into_http",
    "into_request",
    "new",
    "request_mut",
    "send",
    "send_blocking",
    "tty",
    "with_limits",
];

/// Methods that the client has whatever the operations are called.
const CLIENT_METHODS: &[&str] = &[
    "block_on",
    "clone",
    "connect",
    "connect_to",
    "copy_in",
    "copy_out",
    "core",
    "exec_run",
    "from",
    "from_env",
    "into",
    "limits",
    "logs_to_string",
    "negotiate",
    "new",
    "pull",
    "run",
    "transport",
    "version",
    "with_base_path",
    "with_limits",
    "with_version",
];

/// Methods of a filters builder.
const FILTER_METHODS: &[&str] = &["clone", "default", "fmt", "from", "into", "new", "raw"];

/// File names that Windows keeps for devices.
const DEVICES: &[&str] =
    &["aux", "com1", "com2", "com3", "com4", "con", "lpt1", "lpt2", "lpt3", "nul", "prn"];

/// What a name is for: its case, and which words it must not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A type of the models: `UpperCamelCase`.
    Type,
    /// A request type: `UpperCamelCase`.
    Request,
    /// A variant of an enum: `UpperCamelCase`.
    Variant,
    /// A field of a struct: `snake_case`.
    Field,
    /// A parameter, which becomes an argument or a setter: `snake_case`.
    Parameter,
    /// A method of the client: `snake_case`.
    Method,
    /// A key of a filters builder: `snake_case`.
    FilterKey,
    /// A module and its file: `snake_case`.
    Module,
}

impl Kind {
    /// The name for a text, or `None` where the text has no letter or digit to make one of (or, for a type, where Rust's
    /// prelude or generated code already means something else by it).
    pub fn name(self, text: &str) -> Option<String> {
        match self {
            Self::Type | Self::Request => camel(text).filter(|name| !TYPES.contains(&name.as_str())),
            Self::Variant if text.is_empty() => Some("Empty".to_owned()),
            Self::Variant => Some(reserve(camel(text)?, &["Other"])),
            Self::Field => Some(reserve(snake(text)?, &["extra"])),
            Self::Parameter => Some(reserve(snake(text)?, REQUEST_METHODS)),
            Self::Method => Some(reserve(snake(text)?, CLIENT_METHODS)),
            Self::FilterKey => {
                let name = snake(text)?;
                let name = if text.ends_with('!') { format!("{name}_not") } else { name };
                Some(reserve(name, FILTER_METHODS))
            }
            Self::Module => Some(reserve(snake(text)?, DEVICES)),
        }
    }

    /// What a text adds to the name of a type that is put together: the field to the name of its struct.
    pub(super) fn piece_at(text: &str, origin: &Origin) -> Result<String> {
        Self::Variant.name_at(text, origin).map(|name| name.trim_end_matches('_').to_owned())
    }

    /// The name for a text that stands at `origin`, or an error that says why there is none.
    pub(super) fn name_at(self, text: &str, origin: &Origin) -> Result<String> {
        self.name(text).ok_or_else(|| match camel(text) {
            Some(taken) => origin
                .error(format!("a type cannot be named `{taken}`: generated code means something else by it"))
                .help("give it another name with `x-name` in the overlay"),
            None => origin.error(format!("no Rust name can be made of {text:?}: it has no letter or digit")),
        })
    }
}

/// A title that is the name of a type rather than a sentence.
pub(super) fn is_type_name(title: &str) -> bool {
    title.starts_with(|first: char| first.is_ascii_uppercase())
        && title.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether generated code means nothing else by a type name that was put together from others.
pub(super) fn is_free_type(name: &str) -> bool {
    !TYPES.contains(&name)
}

/// `name`, or with `_` behind it where Rust or the generated code needs the word.
fn reserve(mut name: String, reserved: &[&str]) -> String {
    if KEYWORDS.contains(&name.as_str()) || reserved.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// `snake_case`; `v` goes before a leading digit.
fn snake(text: &str) -> Option<String> {
    let mut name = String::with_capacity(text.len() + 4);
    for word in words(text) {
        if !name.is_empty() {
            name.push('_');
        } else if word.starts_with(|first: char| first.is_ascii_digit()) {
            name.push('v');
        }
        name.extend(word.chars().map(|letter| letter.to_ascii_lowercase()));
    }
    (!name.is_empty()).then(|| reserve(name, &[]))
}

/// `UpperCamelCase`; `V` goes before a leading digit, and `_` between two digits of different words.
fn camel(text: &str) -> Option<String> {
    let mut name = String::with_capacity(text.len());
    for word in words(text) {
        let digit = word.starts_with(|first: char| first.is_ascii_digit());
        if digit && name.is_empty() {
            name.push('V');
        } else if digit && name.ends_with(|last: char| last.is_ascii_digit()) {
            name.push('_');
        }
        let mut letters = word.chars().map(|letter| letter.to_ascii_lowercase());
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.extend(letters);
    }
    (!name.is_empty()).then(|| reserve(name, &[]))
}

/// The words of a text. Case is read as people write it: `OOMKilled` is two words, `IPAMConfig` too, and a plural keeps
/// its `s` (`NanoCPUs`: nano, cpus).
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|letter: char| !letter.is_ascii_alphanumeric());
        let length = word_length(rest);
        let (word, after) = rest.split_at(length);
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

/// How long the first word of a text is that begins with a letter or digit.
fn word_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let run = |from: usize, wanted: fn(&u8) -> bool| {
        from + bytes[from..].iter().take_while(|byte| wanted(byte)).count()
    };
    let lower: fn(&u8) -> bool = |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = |at: usize| !bytes.get(at).is_some_and(u8::is_ascii_lowercase);

    if let Some(term) = TERMS.iter().find(|term| text.starts_with(**term) && ends(term.len())) {
        return term.len();
    }
    let capitals = run(0, u8::is_ascii_uppercase);
    match bytes.get(capitals) {
        Some(b's') if capitals > 1 && ends(capitals + 1) => capitals + 1,
        Some(next) if capitals > 1 && next.is_ascii_lowercase() => capitals - 1,
        _ => run(capitals, lower),
    }
}

/// Names that must differ from each other, and where each stands.
#[derive(Debug)]
pub(super) struct Scope {
    what: Cow<'static, str>,
    taken: HashMap<String, (String, Origin)>,
}

impl Scope {
    /// A scope of `what`: `types`, `fields of Mount`.
    pub(super) fn new(what: impl Into<Cow<'static, str>>) -> Self {
        Self { what: what.into(), taken: HashMap::new() }
    }

    /// Takes a name for the text at `origin`.
    pub(super) fn claim(&mut self, name: &str, text: &str, origin: &Origin) -> Result<()> {
        if let Some((other, place)) = self.taken.get(name) {
            let message = format!("two {} would be named `{name}`: {text:?} and {other:?}", self.what);
            return Err(origin
                .error(message)
                .label(place.place.clone(), "the other one")
                .help("give one of them another name with `x-name` in the overlay"));
        }
        self.taken.insert(name.to_owned(), (text.to_owned(), origin.clone()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_words_as_people_write_them() {
        let cases = [
            ("ContainerTop", "container_top"),
            ("IPAMConfig", "ipam_config"),
            ("GPUs", "gpus"),
            ("OOMKilled", "oom_killed"),
            ("CPUShares", "cpu_shares"),
            ("NanoCPUs", "nano_cpus"),
            ("MacAddress", "mac_address"),
            ("IPv4Address", "ipv4_address"),
            ("LinkLocalIPv6Address", "link_local_ipv6_address"),
            ("EnableIPv6", "enable_ipv6"),
            ("IPv6", "ipv6"),
            ("SELinuxContext", "selinux_context"),
            ("BlkioDeviceReadIOps", "blkio_device_read_iops"),
            ("IOMaximumIOps", "io_maximum_iops"),
            ("LinkLocalIPs", "link_local_ips"),
            ("InsecureRegistryCIDRs", "insecure_registry_cidrs"),
            ("BridgeNfIp6tables", "bridge_nf_ip6tables"),
            ("NFd", "n_fd"),
            ("NCPU", "ncpu"),
            ("HTTPSProxy", "https_proxy"),
            ("fromImage", "from_image"),
            ("X-Registry-Auth", "x_registry_auth"),
            ("rx_bytes", "rx_bytes"),
            ("Type", "type_"),
            ("self", "self_"),
            ("2fa", "v2fa"),
        ];
        for (text, name) in cases {
            assert_eq!(Kind::Field.name(text).as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn names_variants() {
        let cases = [
            ("", "Empty"),
            ("unless-stopped", "UnlessStopped"),
            ("other", "Other_"),
            ("Self", "Self_"),
            ("self", "Self_"),
            ("1.2", "V1_2"),
            ("x86_64", "X86_64"),
            ("none", "None"),
        ];
        for (text, name) in cases {
            assert_eq!(Kind::Variant.name(text).as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn keeps_words_of_the_generated_code() {
        assert_eq!(Kind::Field.name("Extra").as_deref(), Some("extra_"));
        assert_eq!(Kind::Parameter.name("send").as_deref(), Some("send_"));
        assert_eq!(Kind::FilterKey.name("label!").as_deref(), Some("label_not"));
        assert_eq!(Kind::FilterKey.name("is-task").as_deref(), Some("is_task"));
        assert_eq!(Kind::Method.name("Connect").as_deref(), Some("connect_"));
        for text in ["Option", "STRING", "vec", "Box", "Result", "error", "Default", "none", "some", "Client"]
        {
            assert_eq!(Kind::Type.name(text), None, "{text}");
        }
    }

    #[test]
    fn whatever_the_text_the_name_is_an_identifier() {
        let texts = [
            "../../etc/passwd",
            "a\"]; std::process::abort(); //",
            "*/ evil",
            "line\nbreak",
            "gr\u{f6}\u{df}e",
            "\u{202e}abc",
            "r#type",
            "_",
            "__a__",
            "9",
            "con",
            "crate",
            "Self",
            "gen",
            "a.b.c",
            "\0",
            "\u{1f600}",
            "'static",
        ];
        let kinds = [
            Kind::Type,
            Kind::Request,
            Kind::Variant,
            Kind::Field,
            Kind::Parameter,
            Kind::Method,
            Kind::FilterKey,
            Kind::Module,
        ];
        let words = KEYWORDS.iter().chain(TYPES).chain(REQUEST_METHODS).chain(CLIENT_METHODS).copied();
        for text in texts.into_iter().chain(words) {
            for kind in kinds {
                let Some(name) = kind.name(text) else { continue };
                assert!(syn::parse_str::<syn::Ident>(&name).is_ok(), "{text:?} became {name:?}");
                if kind == Kind::Module {
                    assert!(
                        name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')),
                        "{name}"
                    );
                }
            }
        }
        assert_eq!(Kind::Module.name("con").as_deref(), Some("con_"));
        assert_eq!(Kind::Field.name("\u{1f600}"), None);
    }

    #[test]
    fn a_taken_name_is_an_error_with_both_places() {
        use crate::api::tests::origin;
        let mut scope = Scope::new("fields of `IdResponse`");
        scope.claim("id", "Id", &origin("/definitions/IdResponse/properties/Id", 3)).expect("free");
        let error =
            scope.claim("id", "ID", &origin("/definitions/IdResponse/properties/ID", 5)).expect_err("taken");
        assert_eq!(error.message, "two fields of `IdResponse` would be named `id`: \"ID\" and \"Id\"");
        let lines: Vec<u32> = error.labels.iter().map(|label| label.place.line).collect();
        assert_eq!(lines, [5, 3]);
    }
}
