//! A swarm of one node, from its beginning to its end: one check, for an Engine has one swarm at a time.

use std::panic::AssertUnwindSafe;

use docker_engine_live::docker_engine::models;
use docker_engine_live::{Check, by_source};
use futures_util::FutureExt;

pub(crate) async fn whole_life(check: &Check) {
    let docker = &check.docker;
    let init = models::SwarmInitRequest {
        listen_addr: Some("127.0.0.1:2377".into()),
        advertise_addr: Some("127.0.0.1".into()),
        force_new_cluster: Some(false),
        ..Default::default()
    };
    // Somebody else's swarm is left alone: their test ends some time.
    let node = check
        .until("the end of another swarm", async || match docker.swarm_init(init.clone()).await {
            Ok(node) => Ok(Some(node)),
            Err(error) if error.message().contains("already part of a swarm") => Ok(None),
            Err(error) => Err(error),
        })
        .await;
    let done = AssertUnwindSafe(sections(check, &node)).catch_unwind().await;
    docker.swarm_leave().force(true).await.unwrap();
    if let Err(panic) = done {
        std::panic::resume_unwind(panic);
    }
    let error = docker.swarm_inspect().await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503), "{error}");
}

async fn sections(check: &Check, node: &str) {
    cluster(check).await;
    nodes(check, node).await;
    secrets(check).await;
    #[cfg(feature = "since-1-30")]
    configs(check).await;
    services(check).await;
    #[cfg(feature = "since-1-41")]
    jobs(check).await;
}

async fn cluster(check: &Check) {
    let docker = &check.docker;
    let swarm = docker.swarm_inspect().await.unwrap();
    assert!(swarm.join_tokens.as_ref().unwrap().worker.as_ref().unwrap().expose().starts_with("SWMTKN-"));
    #[cfg(feature = "since-1-35")]
    {
        let info = docker.system_info().await.unwrap().swarm.unwrap();
        assert_eq!(info.local_node_state.unwrap(), "active");
        assert_eq!(info.control_available, Some(true));
    }

    let mut spec = swarm.spec.unwrap();
    spec.labels = Some(check.labels());
    spec.encryption_config =
        Some(models::SwarmSpecEncryptionConfig { auto_lock_managers: Some(true), ..Default::default() });
    let version = swarm.version.unwrap().index.unwrap();
    docker.swarm_update(version, spec.clone()).rotate_worker_token(true).await.unwrap();
    let updated = docker.swarm_inspect().await.unwrap();
    assert_eq!(updated.spec.as_ref().unwrap().labels, Some(check.labels()));
    assert_ne!(
        updated.join_tokens.unwrap().worker.unwrap().expose(),
        swarm.join_tokens.unwrap().worker.unwrap().expose()
    );
    assert!(docker.swarm_update(version, spec).await.is_err(), "it has changed since that version");

    let key = docker.swarm_unlockkey().await.unwrap().unlock_key.unwrap();
    assert!(key.expose().starts_with("SWMKEY-"));
    let unlock = models::SwarmUnlockRequest { unlock_key: Some(key), ..Default::default() };
    assert!(docker.swarm_unlock(unlock).await.unwrap_err().message().contains("not locked"));
    let join = models::SwarmJoinRequest::default();
    assert!(docker.swarm_join(join).await.is_err(), "it is in a swarm");
}

async fn nodes(check: &Check, id: &str) {
    let docker = &check.docker;
    let nodes = docker.node_list().filters(|filters| filters.role("manager")).await.unwrap();
    assert_eq!(nodes.iter().filter_map(|node| node.id.as_deref()).collect::<Vec<_>>(), [id]);
    let node = docker.node_inspect(id).await.unwrap();
    let engine = node.description.unwrap().engine.unwrap();
    assert!(engine.engine_version.unwrap().starts_with(&check.engine.version));
    // The swarm itself may change the node between the two requests.
    check
        .until("an update in sequence", async || {
            let node = docker.node_inspect(id).await?;
            let spec = models::NodeSpec { labels: Some(check.labels()), ..node.spec.unwrap() };
            match docker.node_update(id, node.version.unwrap().index.unwrap(), spec).await {
                Ok(()) => Ok(Some(())),
                Err(error) if error.message().contains("out of sequence") => Ok(None),
                Err(error) => Err(error),
            }
        })
        .await;
    assert_eq!(docker.node_inspect(id).await.unwrap().spec.unwrap().labels, Some(check.labels()));
    assert!(docker.node_delete(id).await.is_err(), "it is up, and the only one");
}

async fn secrets(check: &Check) {
    let docker = &check.docker;
    let name = check.named("secret");
    let spec = models::SecretSpec {
        name: Some(name.clone()),
        labels: Some(check.labels()),
        data: Some("aHVzaA==".into()),
        ..Default::default()
    };
    let id: String = docker_engine_live::given(docker.secret_create(spec.clone()).await.unwrap().id).unwrap();
    assert!(docker.secret_create(spec).await.unwrap_err().is_conflict());
    let secret = docker.secret_inspect(&name).await.unwrap();
    assert_eq!(secret.id, Some(id.clone()));
    let mut spec = secret.spec.unwrap();
    assert!(spec.data.is_none_or(|data| data.expose().is_empty()), "it is not told");
    spec.data = None;
    spec.labels.get_or_insert_default().insert("more".into(), "yes".into());
    #[cfg(feature = "since-1-30")]
    docker.secret_update(&id, secret.version.unwrap().index.unwrap(), spec).await.unwrap();
    let listed = docker.secret_list().filters(|filters| filters.raw("name", &name)).await.unwrap();
    assert_eq!(listed.len(), 1);
    #[cfg(feature = "since-1-30")]
    assert_eq!(listed[0].spec.as_ref().unwrap().labels.as_ref().unwrap()["more"], "yes");
    docker.secret_delete(&id).await.unwrap();
    assert!(docker.secret_inspect(&id).await.unwrap_err().is_not_found());
}

#[cfg(feature = "since-1-30")]
async fn configs(check: &Check) {
    let docker = &check.docker;
    let name = check.named("config");
    let spec = models::ConfigSpec {
        name: Some(name.clone()),
        labels: Some(check.labels()),
        data: Some("b3Blbg==".into()),
        ..Default::default()
    };
    let id: String = docker_engine_live::given(docker.config_create(spec).await.unwrap().id).unwrap();
    let config = docker.config_inspect(&id).await.unwrap();
    let mut spec = config.spec.unwrap();
    assert_eq!(spec.data.as_deref(), Some("b3Blbg=="));
    spec.labels.get_or_insert_default().insert("more".into(), "yes".into());
    docker.config_update(&id, config.version.unwrap().index.unwrap(), spec).await.unwrap();
    let listed = docker.config_list().filters(|filters| filters.name(&name)).await.unwrap();
    assert_eq!(listed[0].spec.as_ref().unwrap().labels.as_ref().unwrap()["more"], "yes");
    docker.config_delete(&id).await.unwrap();
    assert!(docker.config_inspect(&id).await.unwrap_err().is_not_found());
}

fn spec(check: &Check, name: &str, script: &str) -> models::ServiceSpec {
    let container = models::TaskSpecContainerSpec {
        image: Some("alpine:latest".into()),
        labels: Some(check.labels()),
        command: Some(["sh", "-c", script].map(String::from).to_vec()),
        stop_grace_period: Some(0),
        ..Default::default()
    };
    models::ServiceSpec {
        name: Some(name.to_owned()),
        labels: Some(check.labels()),
        task_template: Some(models::TaskSpec { container_spec: Some(container), ..Default::default() }),
        mode: Some(models::ServiceSpecMode {
            replicated: Some(models::ServiceSpecModeReplicated { replicas: Some(2), ..Default::default() }),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// Waits until so many tasks of a service have been seen in this state, and gives them.
async fn tasks(check: &Check, service: &str, state: &str, count: usize) -> Vec<models::Task> {
    check
        .until(&format!("{count} tasks {state}"), async || {
            let tasks = check.docker.task_list().filters(|filters| filters.service(service)).await?;
            let is_so = |task: &models::Task| {
                task.status.as_ref().and_then(|status| status.state.as_ref()).is_some_and(|is| *is == *state)
            };
            let tasks: Vec<_> = tasks.into_iter().filter(is_so).collect();
            Ok((tasks.len() == count).then_some(tasks))
        })
        .await
}

async fn services(check: &Check) {
    let docker = &check.docker;
    let name = check.named("service");
    let first = spec(check, &name, "echo out; echo err >&2; sleep 300");
    let created = docker.service_create(first.clone()).x_registry_auth(models::AuthConfig::default());
    let id = created.await.unwrap().id.unwrap();
    assert!(docker.service_create(first).await.unwrap_err().is_conflict());
    let running = tasks(check, &name, "running", 2).await;
    let listed = docker.service_list().filters(|filters| filters.name(&name)).await.unwrap();
    assert_eq!(listed.iter().filter_map(|service| service.id.as_deref()).collect::<Vec<_>>(), [id.as_str()]);

    let task = docker.task_inspect(running[0].id.as_ref().unwrap()).await.unwrap();
    assert_eq!(task.service_id, Some(id.clone()));
    let container = task.status.unwrap().container_status.unwrap().container_id.unwrap();
    assert!(docker.container_inspect(&container).await.unwrap().state.unwrap().running.unwrap());
    let [out, err] = check
        .until("both lines of both tasks", async || {
            let logs = docker.service_logs(&id).stdout(true).stderr(true).await?;
            let [out, err, _] = by_source(logs).await;
            Ok((out.lines().count() == 2 && err.lines().count() == 2).then_some([out, err]))
        })
        .await;
    assert_eq!((out.as_str(), err.as_str()), ("out\nout\n", "err\nerr\n"));
    #[cfg(feature = "since-1-30")]
    {
        let logs = docker.task_logs(task.id.as_ref().unwrap()).stdout(true).stderr(true).await.unwrap();
        assert_eq!(by_source(logs).await, ["out\n", "err\n", ""]);
    }

    // Inspect, change, update; then back.
    let service = docker.service_inspect(&id).await.unwrap();
    let version = service.version.unwrap().index.unwrap();
    let mut changed = service.spec.unwrap();
    let replicated = changed.mode.as_mut().unwrap().replicated.as_mut().unwrap();
    replicated.replicas = Some(1);
    docker.service_update(&id, version, changed.clone()).await.unwrap();
    assert!(docker.service_update(&id, version, changed.clone()).await.is_err(), "it has changed since");
    tasks(check, &name, "running", 1).await;
    let service = docker.service_inspect(&id).await.unwrap();
    assert_eq!(service.spec, Some(changed.clone()));
    assert!(service.previous_spec.is_some());
    #[cfg(feature = "since-1-30")]
    {
        let version = service.version.unwrap().index.unwrap();
        docker.service_update(&id, version, changed).rollback("previous").await.unwrap();
        tasks(check, &name, "running", 2).await;
    }

    docker.service_delete(&id).await.unwrap();
    assert!(docker.service_inspect(&id).await.unwrap_err().is_not_found());
    let gone = docker.service_logs(&id).stdout(true).await.unwrap_err();
    assert!(gone.is_not_found(), "{gone}");
}

#[cfg(feature = "since-1-41")]
async fn jobs(check: &Check) {
    let docker = &check.docker;
    let name = check.named("job");
    let mode = models::ServiceSpecMode {
        replicated_job: Some(models::ServiceSpecModeReplicatedJob {
            max_concurrent: Some(1),
            total_completions: Some(2),
            ..Default::default()
        }),
        ..Default::default()
    };
    let mut job = models::ServiceSpec { mode: Some(mode), ..spec(check, &name, "exit 0") };
    // A job that is done is not begun again.
    job.task_template.as_mut().unwrap().restart_policy =
        Some(models::TaskSpecRestartPolicy { condition: Some("none".into()), ..Default::default() });
    let id = docker.service_create(job).await.unwrap().id.unwrap();
    tasks(check, &name, "complete", 2).await;
    let listed = docker.service_list().status(true).filters(|filters| filters.id(&id)).await.unwrap();
    assert_eq!(listed[0].service_status.as_ref().unwrap().completed_tasks, Some(2));
    docker.service_delete(&id).await.unwrap();
}
