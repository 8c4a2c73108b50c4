//! Values in paths: they never change the path around them, nor the query.

#![no_main]

use docker_engine_runtime::testing::Engine;
use docker_engine_runtime::{ApiVersion, Client, OperationMeta, Request};
use docker_engine_runtime_fuzz::OPERATION;
use libfuzzer_sys::fuzz_target;

static META: OperationMeta = OPERATION;

fuzz_target!(|data: &str| {
    let client = Client::new(Engine::new(), ApiVersion::new(1, 51));
    let request = Request::new(&client, &META).path("id", data).path("name", "n").query("q", data);
    if let Ok(request) = request.into_http() {
        let segments: Vec<_> = request.uri().path().split('/').collect();
        assert_eq!(segments.len(), 6, "{}", request.uri());
        assert_eq!((segments[2], segments[4], segments[5]), ("fuzz", "of", "n"));
        assert!(!matches!(segments[3], "" | "." | ".."));
        let query = request.uri().query().expect("a query");
        assert!(query.starts_with("q=") && !query[2..].contains(['&', '=', '#', '+']), "{query}");
    }
    let request = Request::new(&client, &META).path("id", "i").segments("name", data);
    if let Ok(request) = request.into_http() {
        let path = request.uri().path();
        assert_eq!(path.matches('/').count(), 5 + data.matches('/').count(), "{path}");
        assert!(path.split('/').skip(1).all(|segment| !matches!(segment, "" | "." | "..")), "{path}");
        assert_eq!(request.uri().query(), None);
    }
});
