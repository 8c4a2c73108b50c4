//! A program tested without a daemon: an Engine that answers by a script.

use docker_engine_examples::stop_containers;
use docker_engine_v1_51::Client;
use docker_engine_v1_51::runtime::testing::{Engine, Reply, When};
use serde_json::json;

fn two_containers() -> Reply {
    Reply::json(json!([{"Id": "a1", "Names": ["/web"]}, {"Id": "b2", "Names": ["/db"]}]))
}

#[tokio::test]
async fn containers_with_the_label_are_stopped() {
    let engine = Engine::new()
        .on(When::operation("ContainerList"), two_containers())
        .on(When::request("POST", "/containers/a1/stop").query("t", 3), Reply::empty())
        // It ended by itself between the two requests.
        .on(When::request("POST", "/containers/b2/stop"), Reply::empty().status(304));
    let docker = Client::new(engine.clone());

    let mut stopped = stop_containers(&docker, Some("app=shop"), Some(3)).await.expect("the script answers");
    stopped.sort_unstable();
    assert_eq!(stopped, ["db", "web"]);

    let list = &engine.requests()[0];
    assert_eq!(list.query("filters"), Some(r#"{"label":["app=shop"]}"#));
    engine.verify().expect("everything in the script was asked for");
}

#[tokio::test]
async fn a_container_that_is_gone_is_none_of_those_stopped() {
    let engine = Engine::new()
        .on(When::operation("ContainerList"), two_containers())
        .on(When::request("POST", "/containers/a1/stop"), Reply::error(404, "No such container: a1"))
        .on(When::request("POST", "/containers/b2/stop"), Reply::empty());
    let stopped = stop_containers(&Client::new(engine), None, None).await.expect("the script answers");
    assert_eq!(stopped, ["db"]);
}

#[tokio::test]
async fn what_the_engine_refuses_is_an_error_that_names_the_operation() {
    let engine = Engine::new()
        .on(When::operation("ContainerList"), Reply::json(json!([{"Id": "a1", "Names": ["/web"]}])))
        .on(When::operation("ContainerStop"), Reply::error(500, "permission denied"));
    let error = stop_containers(&Client::new(engine), None, None).await.expect_err("the Engine refuses");
    assert_eq!((error.operation(), error.message()), (Some("ContainerStop"), "permission denied"));
}
