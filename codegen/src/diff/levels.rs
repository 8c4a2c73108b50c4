//! How grave a change on the wire is: a table of rules, by kind, direction and condition.
//!
//! The comparison names the rule of each change; a [`Config`](super::Config) may set other levels. `levels.md` is the
//! table for people.

use super::change::{Kind, Level};

/// Which way the thing that changed travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From the program to the Engine: parameters, request bodies.
    Request,
    /// From the Engine to the program: statuses, headers, response bodies.
    Response,
    /// Neither: the operation itself.
    Operation,
}

impl Direction {
    /// `request`, `response`, `operation`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Operation => "operation",
        }
    }
}

/// One row of the table.
#[derive(Debug, PartialEq)]
pub struct Rule {
    /// What happened.
    pub kind: Kind,
    /// Which way the thing travels.
    pub direction: Direction,
    /// The condition, in one word; empty where the kind and the direction say all.
    pub when: &'static str,
    /// How grave it is.
    pub level: Level,
    /// Why it is that grave.
    pub why: &'static str,
    /// A change that falls under it.
    pub example: &'static str,
}

impl Rule {
    /// The name in the configuration file: `type-changed.response.format`.
    pub fn id(&self) -> String {
        let mut id = format!("{}.{}", self.kind.as_str(), self.direction.as_str());
        if !self.when.is_empty() {
            id.push('.');
            id.push_str(self.when);
        }
        id
    }

    /// The rule of a kind.
    pub(super) fn of(kind: Kind, direction: Direction, when: &str) -> &'static Rule {
        RULES
            .iter()
            .find(|rule| rule.kind == kind && rule.direction == direction && rule.when == when)
            .unwrap_or_else(|| panic!("no rule for {} {} {when:?}", kind.as_str(), direction.as_str()))
    }
}

/// The table in Markdown.
pub fn table() -> String {
    let mut text = String::from(
        "# Levels of changes on the wire\n\n\
         What `cargo xtask diff` calls a change, how grave it is for a program that works with the older version, and why. \
         A configuration file (`--config`) sets other levels by the name of a rule or a kind, and silences findings.\n\n\
         | rule | level | why | example |\n|---|---|---|---|\n",
    );
    for rule in RULES {
        let cells = [format!("`{}`", rule.id()), rule.level.as_str().to_owned()];
        text.push_str(&format!("| {} | {} | {} |\n", cells.join(" | "), rule.why, rule.example));
    }
    text
}

/// Writes the table without repeating the names of the fields.
macro_rules! rules {
    ($($kind:ident $direction:ident $when:literal $level:ident $why:literal, $example:literal;)*) => {
        /// All rules, in the order of the kinds.
        pub static RULES: &[Rule] = &[$(Rule {
            kind: Kind::$kind,
            direction: Direction::$direction,
            when: $when,
            level: Level::$level,
            why: $why,
            example: $example,
        }),*];
    };
}

rules! {
    EndpointAdded Operation "" Info "what worked goes on working", "`POST /build/prune` is new";
    EndpointRemoved Operation "" Breaking "the call answers 404", "`GET /images/{name}/old` is gone";
    OperationIdChanged Operation "" Info "the name does not travel; in Rust the method has another name",
        "`PutContainerArchive` became `ContainerPutArchive`";
    PathChanged Operation "" Breaking "a call of the old path answers 404", "`/exec/{id}/run` became `/exec/{id}/start`";
    PathChanged Operation "placeholder" Info "the name of a placeholder does not travel",
        "`/networks/{name}` became `/networks/{id}`";

    QueryParamAdded Request "" Info "it need not be sent", "`platform` at `ContainerCreate`";
    QueryParamAdded Request "required" Breaking "a call without it is refused", "required `version` at `SecretUpdate`";
    QueryParamRemoved Request "" Breaking "it is ignored", "`registry` at `ImageCreate`";
    HeaderParamAdded Request "" Info "it need not be sent", "`X-Registry-Auth` at `ServiceUpdate`";
    HeaderParamAdded Request "required" Breaking "a call without it is refused", "required `X-Registry-Auth`";
    HeaderParamRemoved Request "" Breaking "it is ignored", "`X-Registry-Config` at `ImageBuild`";
    PathParamAdded Request "" Breaking "a call without it has another path", "`{tag}` at a longer path";
    PathParamRemoved Request "" Breaking "a call with it has another path", "`{tag}` at a shorter path";

    RequestFieldAdded Request "" Info "it need not be sent", "`HostConfig.Annotations` of `ContainerCreate`";
    RequestFieldAdded Request "required" Breaking "a body without it is refused", "required `Driver`";
    RequestFieldRemoved Request "" Breaking "it is ignored", "`HostConfig.DiskQuota` of `ContainerCreate`";
    ResponseFieldAdded Response "" Info "a program that does not know it skips it", "`Manifests` of `ImageList`";
    ResponseFieldRemoved Response "" Breaking "a program that reads it finds nothing", "`VirtualSize` of `ImageInspect`";

    RequiredChanged Request "required" Breaking "a call without it is refused now", "`Image` became required";
    RequiredChanged Request "optional" Info "it still may be sent", "`Image` became optional";
    RequiredChanged Response "required" Info "it is always there now", "`Id` became required";
    RequiredChanged Response "optional" Warning "it may be missing now", "`VirtualSize` became optional";

    NullabilityChanged Request "nullable" Info "null may be sent now", "`Cmd` became nullable";
    NullabilityChanged Request "not-null" Breaking "null is refused now", "`Cmd` is no longer nullable";
    NullabilityChanged Response "nullable" Warning "null may come now", "`Mounts` became nullable";
    NullabilityChanged Response "not-null" Info "null does not come any more", "`Mounts` is no longer nullable";

    TypeChanged Request "" Breaking "what was sent is refused", "`tail` from integer to string";
    TypeChanged Request "widened" Info "what was sent is still accepted", "`Memory` from integer to number";
    TypeChanged Request "narrowed" Breaking "some of what was accepted is refused", "`Options` from anything to object";
    TypeChanged Request "format" Warning "some values may be refused", "`CpuShares` from int32 to int64";
    TypeChanged Response "" Breaking "what came cannot be read", "`Created` from integer to string";
    TypeChanged Response "widened" Breaking "what comes may not be readable", "`Size` from integer to number";
    TypeChanged Response "narrowed" Info "what comes could always come", "`Details` from anything to object";
    TypeChanged Response "format" Warning "values may come that do not fit", "`Size` from int32 to int64";

    EnumIntroduced Request "" Breaking "values that are not listed are refused", "`condition` lists its values";
    EnumIntroduced Response "" Info "only listed values come", "`State` lists its values";
    EnumDropped Request "" Info "listed values are still accepted", "`Driver` takes any value";
    EnumDropped Response "" Warning "values that nobody knew may come", "`Type` may be anything";
    EnumValueAdded Request "" Info "it need not be sent", "`cluster` of `Mounts[].Type`";
    EnumValueAdded Response "" Warning "a program may meet a value that it does not know", "`cluster` of `Mounts[].Type`";
    EnumValueRemoved Request "" Breaking "it is refused", "`removed` of `condition`";
    EnumValueRemoved Response "" Info "it does not come any more", "`paused` of `State`";
    FilterKeyAdded Request "" Info "it need not be sent", "`until` of `filters` at `ImagePrune`";
    FilterKeyRemoved Request "" Breaking "the Engine refuses an unknown filter", "`is-official` of `filters` at `ImageSearch`";

    DefaultChanged Request "" Warning "a call that leaves it out means something else", "`timeout` from 10 to 30";
    DefaultChanged Request "stated" Info "only whether the document states it changed", "`all` states that it is false";
    DefaultChanged Response "" Info "the Engine writes what it means", "`Driver` from `local` to nothing";
    ConstraintChanged Request "tightened" Breaking "some values are refused now", "`Port` at most 65535";
    ConstraintChanged Request "loosened" Info "all that was accepted still is", "`Name` without a pattern";
    ConstraintChanged Request "other" Warning "some values may be refused now", "another pattern of `Name`";
    ConstraintChanged Response "tightened" Info "what comes could always come", "`Port` at most 65535";
    ConstraintChanged Response "loosened" Warning "values may come that did not before", "`Name` without a pattern";
    ConstraintChanged Response "other" Warning "values may come that did not before", "another pattern of `Name`";

    StatusCodeAdded Response "success" Warning "a program may take it for a failure", "304 of `ContainerStart`";
    StatusCodeAdded Response "failure" Info "a failure is a failure", "409 of `ContainerRemove`";
    StatusCodeRemoved Response "success" Breaking "a program that waits for it waits in vain", "204 became 200";
    StatusCodeRemoved Response "failure" Info "it does not come any more", "500 of `SystemPing`";
    ResponseBodyAdded Response "" Info "a program that does not read it misses nothing", "`ImagePrune` answers JSON";
    ResponseBodyRemoved Response "" Breaking "a program that reads it finds nothing", "`PluginDelete` answers nothing";
    MediaTypeAdded Request "" Info "the others are still accepted", "`application/gzip`";
    MediaTypeAdded Response "" Info "the others still come", "`application/jsonl` of `SystemEvents`";
    MediaTypeRemoved Request "" Breaking "a body of it is refused", "`text/plain`";
    MediaTypeRemoved Response "" Breaking "a program that reads it gets another", "`text/plain`";
    ResponseHeaderAdded Response "" Info "a program that does not know it skips it", "`Swarm` of `SystemPing`";
    ResponseHeaderRemoved Response "" Breaking "a program that reads it finds nothing", "`Docker-Experimental`";

    Deprecated Operation "" Warning "it works, and is announced to go", "`Session`";
    Deprecated Operation "no-more" Info "it stays", "`Session`";
    Deprecated Request "" Warning "it works, and is announced to go", "`Links` of `ContainerCreate`";
    Deprecated Request "no-more" Info "it stays", "`Links` of `ContainerCreate`";
    Deprecated Response "" Warning "it comes, and is announced to go", "`VirtualSize` of `ImageList`";
    Deprecated Response "no-more" Info "it stays", "`VirtualSize` of `ImageList`";
    Renamed Request "" Breaking "what is sent under the old name is ignored", "`Kernel` became `KernelMemory`";
    Renamed Response "" Breaking "a program that reads the old name finds nothing", "`Bridge` became `BridgeName`";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_for_people_says_the_same() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/diff/levels.md");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, table()).expect("it can be written");
        }
        let written = std::fs::read_to_string(path).expect("it is there");
        assert!(
            written == table(),
            "write it anew: UPDATE=1 cargo test -p docker-engine-codegen --lib levels"
        );
    }

    #[test]
    fn every_kind_has_a_rule_and_every_rule_its_own_name() {
        for kind in Kind::ALL {
            assert!(RULES.iter().any(|rule| rule.kind == *kind), "{}", kind.as_str());
        }
        let mut ids: Vec<_> = RULES.iter().map(Rule::id).collect();
        ids.sort();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }
}
