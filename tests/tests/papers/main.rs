//! What the Markdown files of the workspace say is so: each block of code is run, compiled or named as what runs elsewhere;
//! links and paths lead somewhere; the tables are complete.

mod blocks;
mod five_commands;
mod paths;
mod tables;

use std::fs;
use std::path::{Path, PathBuf};

use docker_engine_tests::workspace;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A Markdown file, by its path from the workspace's folder.
struct Paper {
    path: PathBuf,
    text: String,
}

/// A block of code.
struct Block {
    /// `sh`, `rust,no_run`.
    language: String,
    text: String,
    line: usize,
}

impl Paper {
    fn read(path: &str) -> Self {
        let text =
            fs::read_to_string(workspace().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self { path: path.into(), text }
    }

    fn events(&self) -> impl Iterator<Item = (Event<'_>, std::ops::Range<usize>)> {
        Parser::new_ext(&self.text, Options::ENABLE_TABLES).into_offset_iter()
    }

    fn blocks(&self) -> Vec<Block> {
        let (mut blocks, mut open) = (Vec::new(), None);
        for (event, range) in self.events() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let language = match kind {
                        CodeBlockKind::Fenced(language) => language.to_string(),
                        CodeBlockKind::Indented => String::new(),
                    };
                    let line = self.text[..range.start].matches('\n').count() + 1;
                    open = Some(Block { language, text: String::new(), line });
                }
                Event::Text(text) => {
                    if let Some(block) = &mut open {
                        block.text.push_str(&text);
                    }
                }
                Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
                _ => {}
            }
        }
        blocks
    }

    fn place(&self, block: &Block) -> String {
        format!("{}:{}", self.path.display(), block.line)
    }
}

/// Those that are written by hand.
fn papers() -> Vec<Paper> {
    fn collect(folder: &Path, papers: &mut Vec<Paper>) {
        for entry in fs::read_dir(workspace().join(folder)).expect("a folder of the workspace") {
            let entry = entry.expect("it can be listed");
            let name = entry.file_name().into_string().expect("names are text");
            let path = folder.join(&name);
            if entry.file_type().expect("known").is_dir() {
                // Generated crates carry a README that is one of their doctests; the golden ones are expectations.
                let generated = name.starts_with("v1.") || name == "golden";
                if !generated && !matches!(name.as_str(), "target" | ".git" | "corpus" | "artifacts") {
                    collect(&path, papers);
                }
            } else if path.extension().is_some_and(|extension| extension == "md") {
                papers.push(Paper::read(path.to_str().expect("paths are text")));
            }
        }
    }
    let mut papers = Vec::new();
    collect(Path::new(""), &mut papers);
    papers.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(papers.len() > 8, "there are more");
    papers
}
