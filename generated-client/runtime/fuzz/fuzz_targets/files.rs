//! The files of the docker command line: `config.json`, and the `meta.json` of a context.

#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use docker_engine_runtime::auth::Credentials;
use docker_engine_runtime::config::Environment;
use docker_engine_runtime_fuzz::run;
use libfuzzer_sys::fuzz_target;

/// A folder of configuration, of this process.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("docker-engine-fuzz-{}", std::process::id()));
    fs::create_dir_all(folder.join("contexts/meta/id")).expect("a folder for the test");
    folder
});

fuzz_target!(|data: &[u8]| {
    let cut = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (config, meta) = (&data[..cut], data.get(cut + 1..).unwrap_or_default());
    fs::write(FOLDER.join("config.json"), config).expect("a file for the test");
    fs::write(FOLDER.join("contexts/meta/id/meta.json"), meta).expect("a file for the test");
    let environment = Environment::empty().with("DOCKER_CONFIG", FOLDER.as_path());
    for environment in [environment.clone(), environment.with("DOCKER_CONTEXT", "x")] {
        let _ = environment.settings();
    }
    // Where the file names no program, which would be looked for and run, the credentials stand in it.
    let names_a_program =
        [&b"cred"[..], b"\\u"].iter().any(|word| config.windows(word.len()).any(|part| part == *word));
    if let Ok(credentials) = Credentials::read(FOLDER.join("config.json"))
        && !names_a_program
    {
        for image in ["alpine", "host:5000/a"] {
            let _ = run(credentials.for_image(image));
        }
    }
});
