//! Where the Engine is: URLs, and environments without files.

#![no_main]

use docker_engine_runtime::config::{Endpoint, Environment};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &str| {
    if let Ok(endpoint) = Endpoint::parse(data) {
        let shown = endpoint.to_string();
        let again = Endpoint::parse(&shown).unwrap_or_else(|error| panic!("{shown}: {error}"));
        assert_eq!((&again.address, &again.base_path), (&endpoint.address, &endpoint.base_path), "{shown}");
    }
    let (host, rest) = data.split_once('\n').unwrap_or((data, ""));
    let (version, verify) = rest.split_once('\n').unwrap_or((rest, ""));
    let environment = Environment::empty()
        .with("DOCKER_CONFIG", "/nowhere")
        .with("DOCKER_HOST", host)
        .with("DOCKER_API_VERSION", version)
        .with("DOCKER_TLS", verify);
    let _ = environment.settings();
});
