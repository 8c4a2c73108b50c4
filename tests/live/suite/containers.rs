//! A container from its creation to its removal, and everything that is asked of it in between.

use std::time::Duration;

use docker_engine_live::docker_engine::models;
use docker_engine_live::docker_engine::operations::{ContainerStartOutcome, ContainerStopOutcome};
use docker_engine_live::{Check, by_source, find, tar_of};
use docker_engine_runtime::{DateTime, ErrorKind, LogSource};
use futures_util::TryStreamExt;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

pub(crate) async fn life_cycle(check: &Check) {
    let docker = &check.docker;
    let name = check.named("cycle");
    let config = models::ContainerCreateRequest {
        env: Some(vec!["GREETING=good morning".into()]),
        working_dir: Some("/tmp".into()),
        hostname: Some("cycle".into()),
        host_config: Some(models::HostConfig { memory: Some(64 << 20), ..Default::default() }),
        ..check.script("echo $GREETING from $(hostname) in $PWD; sleep 300")
    };
    let created = docker.container_create(config).name(&name).await.unwrap();
    let id = created.id;

    let inspected = docker.container_inspect(&name).size(true).await.unwrap();
    assert_eq!(inspected.id.as_deref(), Some(id.as_str()));
    assert_eq!(inspected.name, Some(format!("/{name}")));
    assert_eq!(inspected.host_config.unwrap().memory, Some(64 << 20));
    assert!(inspected.size_root_fs.unwrap() > 0);
    assert_eq!(inspected.state.unwrap().status.unwrap(), "created");
    let config = inspected.config.unwrap();
    assert_eq!(config.working_dir.as_deref(), Some("/tmp"));
    let labels = config.labels.unwrap();
    assert!(check.labels().iter().all(|(key, value)| labels.get(key) == Some(value)), "{labels:?}");

    docker.container_start(&id).await.unwrap();
    pause(check, &id).await;
    let paused = docker.container_inspect(&id).await.unwrap().state.unwrap();
    assert_eq!((paused.paused, paused.status.unwrap().as_str()), (Some(true), "paused"));
    docker.container_unpause(&id).await.unwrap();
    docker.container_restart(&id).t(0).await.unwrap();

    let listed = docker
        .container_list()
        .size(true)
        .filters(|filters| filters.label(check.label()).status("running").name(&name))
        .await
        .unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].names.as_deref(), Some([format!("/{name}")].as_slice()));
    // Podman names a host as well.
    assert!(listed[0].image.as_ref().unwrap().ends_with("alpine:latest"), "{listed:?}");
    assert!(listed[0].created.unwrap() > 1_500_000_000);
    let network = listed[0].network_settings.as_ref().unwrap().networks.as_ref().unwrap();
    let network =
        network.values().next().expect("it is in the default network, which podman calls otherwise");
    assert!(!network.ip_address.as_deref().unwrap_or_default().is_empty());

    check
        .until("the second greeting", async || {
            let logs = docker.logs_to_string(&id).await?;
            Ok((logs == "good morning from cycle in /tmp\n".repeat(2)).then_some(()))
        })
        .await;
    assert_eq!(docker.container_stop(&id).t(0).await.unwrap(), ContainerStopOutcome::Stopped);
    docker.container_delete(&id).v(true).await.unwrap();
    assert!(docker.container_inspect(&id).await.unwrap_err().is_not_found());
}

/// On a busy machine the kernel may take too long to hold the processes, and then it is done again.
pub(crate) async fn pause(check: &Check, id: &str) {
    check
        .until("a pause", async || match check.docker.container_pause(id).await {
            Ok(()) => Ok(Some(())),
            Err(error)
                if ["unable to freeze", "runc pause"].iter().any(|told| error.message().contains(told)) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        })
        .await;
}

pub(crate) async fn exit_codes(check: &Check) {
    for (script, expected) in [("exit 0", 0), ("exit 7", 7), ("exec nonsense", 127)] {
        let id = check.start(check.script(script)).await;
        let exit = check.docker.container_wait(&id).await.unwrap();
        assert_eq!(exit.status_code, expected, "{script}");
        let state = check.docker.container_inspect(&id).await.unwrap().state.unwrap();
        assert_eq!((state.exit_code, state.running), (Some(expected), Some(false)), "{script}");
        // Which of the two is later is not certain where the process ends at once.
        for at in [state.started_at, state.finished_at] {
            let at = at.unwrap();
            assert!(at.timestamp().is_some_and(|at| at.as_second() > 1_500_000_000), "{at}");
        }
    }
}

#[cfg(feature = "since-1-30")]
pub(crate) async fn wait_conditions(check: &Check) {
    use models::ContainerWaitCondition;

    let removed = check.create(check.script("exit 3")).await;
    let docker = check.docker.clone();
    let waiting = {
        let id = removed.clone();
        tokio::spawn(
            async move { docker.container_wait(&id).condition(ContainerWaitCondition::Removed).await },
        )
    };
    let docker = &check.docker;
    docker.container_start(&removed).await.unwrap();
    docker.container_wait(&removed).condition(ContainerWaitCondition::NotRunning).await.unwrap();
    docker.container_delete(&removed).await.unwrap();
    assert_eq!(waiting.await.unwrap().unwrap().status_code, 3);
}

pub(crate) async fn ended_by_a_signal(check: &Check) {
    let docker = &check.docker;
    // A shell with a trap, for the first process of a container ignores what it does not handle.
    let id = check.start(check.script("trap 'exit 42' USR1; echo ready; while :; do sleep 0.1; done")).await;
    let mut output = docker.container_logs(&id).stdout(true).follow(true).await.unwrap();
    assert_eq!(output.try_next().await.unwrap().unwrap().bytes.as_ref(), b"ready\n");
    docker.container_kill(&id).signal("SIGUSR1").await.unwrap();
    assert_eq!(docker.container_wait(&id).await.unwrap().status_code, 42);

    let id = check.idle().await;
    docker.container_kill(&id).await.unwrap();
    assert_eq!(docker.container_wait(&id).await.unwrap().status_code, 137, "SIGKILL is 9, and 128 is added");
    assert!(docker.container_kill(&id).await.unwrap_err().is_conflict(), "it is not running any more");
}

pub(crate) async fn start_and_stop_twice(check: &Check) {
    let docker = &check.docker;
    let id = check.create(check.script("trap 'exit 0' TERM; while :; do sleep 0.1; done")).await;
    assert_eq!(docker.container_start(&id).await.unwrap(), ContainerStartOutcome::Started);
    assert_eq!(docker.container_start(&id).await.unwrap(), ContainerStartOutcome::AlreadyStarted);
    assert_eq!(docker.container_stop(&id).await.unwrap(), ContainerStopOutcome::Stopped);
    assert_eq!(docker.container_stop(&id).await.unwrap(), ContainerStopOutcome::AlreadyStopped);
}

pub(crate) async fn logs_apart(check: &Check) {
    let docker = &check.docker;
    let id = check.finished("echo one; echo two >&2; sleep 0.2; echo three").await;
    let both = docker.container_logs(&id).stdout(true).stderr(true).await.unwrap();
    assert_eq!(by_source(both).await, ["one\nthree\n", "two\n", ""]);
    let err = docker.container_logs(&id).stderr(true).await.unwrap();
    assert_eq!(by_source(err).await, ["", "two\n", ""]);
    let last = docker.container_logs(&id).stdout(true).tail("1").await.unwrap();
    assert_eq!(by_source(last).await, ["three\n", "", ""]);
    let [stamped, ..] =
        by_source(docker.container_logs(&id).stdout(true).timestamps(true).await.unwrap()).await;
    for line in stamped.lines() {
        let (stamp, _) = line.split_once(' ').unwrap();
        assert!(DateTime::from(stamp).timestamp().is_some(), "{line}");
    }
    let future = docker.container_logs(&id).stdout(true).since(4_000_000_000).await.unwrap();
    assert_eq!(by_source(future).await, ["", "", ""]);
    #[cfg(feature = "since-1-35")]
    {
        let past = docker.container_logs(&id).stdout(true).until(1_000_000_000).await.unwrap();
        assert_eq!(by_source(past).await, ["", "", ""]);
    }
    assert_eq!(docker.logs_to_string(&id).tail(1).await.unwrap(), "three\n");
    assert!(docker.container_logs(&id).await.unwrap_err().is_bad_request(), "neither stdout nor stderr");
}

pub(crate) async fn logs_of_a_terminal(check: &Check) {
    let config = models::ContainerCreateRequest {
        tty: Some(true),
        ..check.script("echo one; echo two >&2; tty; printf '\\001\\000\\000\\000'")
    };
    let id = check.start(config).await;
    check.docker.container_wait(&id).await.unwrap();
    let logs = check.docker.container_logs(&id).stdout(true).stderr(true).await.unwrap();
    // What looks like the head of a frame is none.
    assert_eq!(by_source(logs).await, ["", "", "one\r\ntwo\r\n/dev/pts/0\r\n\u{1}\0\0\0"]);
}

pub(crate) async fn logs_followed_to_the_end(check: &Check) {
    let docker = &check.docker;
    let id = check.start(check.script("for i in 1 2 3 4; do echo $i; sleep 0.2; done; echo end >&2")).await;
    let followed = docker.container_logs(&id).stdout(true).stderr(true).follow(true).await.unwrap();
    assert_eq!(by_source(followed).await, ["1\n2\n3\n4\n", "end\n", ""]);

    // One that goes on: the stream is dropped, and the connection with it.
    let id = check.start(check.script("while :; do echo tick; sleep 0.1; done")).await;
    let mut ticks = docker.container_logs(&id).stdout(true).follow(true).await.unwrap();
    for _ in 0..3 {
        assert_eq!(ticks.try_next().await.unwrap().unwrap().source, LogSource::Stdout);
    }
    drop(ticks);
    docker.container_kill(&id).await.unwrap();
}

pub(crate) async fn logs_of_long_lines(check: &Check) {
    let id = check.finished("head -c 100000 /dev/zero | tr '\\0' x; echo; seq 1 20000 >&2").await;
    let logs = check.docker.container_logs(&id).stdout(true).stderr(true).await.unwrap();
    let [out, err, _] = by_source(logs).await;
    assert_eq!(out.trim_end(), "x".repeat(100_000));
    assert_eq!(err.lines().count(), 20_000);
    assert_eq!(err.lines().last(), Some("20000"));
}

fn with_input(config: models::ContainerCreateRequest) -> models::ContainerCreateRequest {
    models::ContainerCreateRequest {
        open_stdin: Some(true),
        stdin_once: Some(true),
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        ..config
    }
}

pub(crate) async fn attach_with_input(check: &Check) {
    let docker = &check.docker;
    let id = check.create(with_input(check.script("cat; echo done >&2; exit 5"))).await;
    let mut attached =
        docker.container_attach(&id).stream(true).stdin(true).stdout(true).stderr(true).await.unwrap();
    assert!(attached.has_input());
    docker.container_start(&id).await.unwrap();
    attached.write_all(b"hello\n").await.unwrap();
    assert_eq!(attached.try_next().await.unwrap().unwrap().to_string(), "hello\n");
    // More than fits in the buffers on the way, in both directions.
    let line = format!("{}\n", "y".repeat(99_999));
    let chunks = attached.exchange(line.repeat(10)).await.unwrap();
    let text = |source| -> String {
        chunks.iter().filter(|chunk| chunk.source == source).map(ToString::to_string).collect()
    };
    assert_eq!(text(LogSource::Stdout), line.repeat(10));
    assert_eq!(text(LogSource::Stderr), "done\n");
    assert_eq!(docker.container_wait(&id).await.unwrap().status_code, 5);

    // Podman gives all of the output again, and does not end it.
    if !check.engine.podman {
        let late = docker.container_attach(&id).logs(true).stderr(true).await.unwrap();
        assert_eq!(by_source(late).await, ["", "done\n", ""], "what was said before is repeated");
    }
}

pub(crate) async fn attach_to_a_terminal(check: &Check) {
    let docker = &check.docker;
    let config = models::ContainerCreateRequest { tty: Some(true), ..with_input(check.command(["sh"])) };
    let id = check.create(config).await;
    let attached = docker.container_attach(&id).stream(true).stdin(true).stdout(true).await.unwrap();
    docker.container_start(&id).await.unwrap();
    docker.container_resize(&id, 33, 101).await.unwrap();
    let (output, mut input) = attached.split();
    input.write_all(b"stty size; exit 4\n").await.unwrap();
    let [_, _, console] = by_source(output).await;
    assert!(console.contains("33 101"), "{console:?}");
    assert_eq!(docker.container_wait(&id).await.unwrap().status_code, 4);
}

pub(crate) async fn attach_by_websocket(check: &Check) {
    let docker = &check.docker;
    let config = models::ContainerCreateRequest { tty: Some(true), ..with_input(check.command(["cat"])) };
    let id = check.start(config).await;
    let request = docker.container_attach_websocket(&id).stream(true);
    // Before, all of them were attached.
    #[cfg(feature = "since-1-42")]
    let request = request.stdin(true).stdout(true);
    let mut attached = request.await.unwrap();
    attached.write_all(b"over a websocket\n").await.unwrap();
    let mut seen = String::new();
    while !seen.contains("over a websocket\r\nover a websocket\r\n") {
        seen += &attached.try_next().await.unwrap().unwrap().to_string();
    }
    drop(attached);
    docker.container_kill(&id).await.unwrap();
}

pub(crate) async fn top_and_changes(check: &Check) {
    let docker = &check.docker;
    let id =
        check.start(check.script("echo new >/new; touch /etc/passwd; rm /bin/wget; exec sleep 300")).await;
    let top = check
        .until("the sleep", async || {
            let top = docker.container_top(&id).ps_args("-o pid,args").await?;
            let sleeps = top.processes.iter().flatten().any(|process| process[1] == "sleep 300");
            Ok(sleeps.then_some(top))
        })
        .await;
    assert_eq!(top.titles.unwrap(), ["PID", "COMMAND"]);
    let changes = docker.container_changes(&id).await.unwrap();
    // By their wire form, for the type of the fields is not the same in all versions.
    let changes = serde_json::to_value(changes).unwrap();
    for (path, kind) in [("/etc", 0), ("/new", 1), ("/bin/wget", 2)] {
        let change = json!({"Path": path, "Kind": kind});
        assert!(changes.as_array().unwrap().contains(&change), "{change} is not in {changes}");
    }

    let unchanged = check.create(check.command(["true"])).await;
    assert_eq!(docker.container_changes(&unchanged).await.unwrap(), [], "null on the wire");
}

pub(crate) async fn stats(check: &Check) {
    let docker = &check.docker;
    let id = check.idle().await;
    let mut samples = docker.container_stats(&id).await.unwrap();
    let first = samples.try_next().await.unwrap().unwrap();
    let second = samples.try_next().await.unwrap().unwrap();
    assert!(second.read.as_ref().unwrap().timestamp() > first.read.unwrap().timestamp());
    assert!(second.memory_stats.unwrap().usage.unwrap() > 0);
    let networks = second.networks.unwrap();
    assert!(networks.contains_key("eth0"), "{networks:?}");
    drop(samples);

    let mut one = docker.container_stats(&id).stream(false).await.unwrap();
    assert!(one.try_next().await.unwrap().unwrap().cpu_stats.unwrap().cpu_usage.is_some());
    assert!(one.try_next().await.unwrap().is_none(), "only one was asked for");
    #[cfg(feature = "since-1-41")]
    {
        let one = docker.container_stats(&id).stream(false).one_shot(true).await.unwrap().last().await;
        assert!(one.unwrap().unwrap().pids_stats.unwrap().current.unwrap() > 0);
    }
}

pub(crate) async fn update_and_rename(check: &Check) {
    let docker = &check.docker;
    let id = check.idle().await;
    let update = models::ContainerUpdateRequest {
        memory: Some(80 << 20),
        memory_swap: Some(160 << 20),
        restart_policy: Some(models::RestartPolicy {
            name: Some("on-failure".into()),
            maximum_retry_count: Some(2),
            ..Default::default()
        }),
        ..Default::default()
    };
    docker.container_update(&id, update).await.unwrap();
    let renamed = check.named("renamed");
    docker.container_rename(&id, &renamed).await.unwrap();
    let inspected = docker.container_inspect(&renamed).await.unwrap();
    assert_eq!(inspected.id, Some(id.clone()));
    let host = inspected.host_config.unwrap();
    assert_eq!((host.memory, host.memory_swap), (Some(80 << 20), Some(160 << 20)));
    assert_eq!(host.restart_policy.unwrap().maximum_retry_count, Some(2));

    let other = check.create(check.command(["true"])).await;
    let taken = docker.container_rename(&other, &renamed).await.unwrap_err();
    assert!(taken.is_conflict() || check.engine.podman, "{taken}");
}

pub(crate) async fn resize(check: &Check) {
    let config = models::ContainerCreateRequest {
        tty: Some(true),
        ..check.script("trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.1; done")
    };
    let id = check.start(config).await;
    let mut output = check.docker.container_logs(&id).stdout(true).follow(true).await.unwrap();
    assert_eq!(output.try_next().await.unwrap().unwrap().to_string(), "ready\r\n");
    check.docker.container_resize(&id, 12, 345).await.unwrap();
    assert_eq!(by_source(output).await[2], "12 345\r\n");
}

pub(crate) async fn archives(check: &Check) {
    let docker = &check.docker;
    let id = check.idle().await;
    let upload = tar_of(&[("notes/a.txt", b"first\n"), ("notes/b.txt", b"second\n")]);
    docker.put_container_archive(&id, "/tmp", upload).await.unwrap();

    let stat = docker.container_archive_info(&id, "/tmp/notes/a.txt").await.unwrap();
    let stat = stat.x_docker_container_path_stat.unwrap();
    assert_eq!((stat.name.as_str(), stat.size), ("a.txt", 6));
    assert!(stat.mtime.timestamp().is_some());

    let download = docker.container_archive(&id, "/tmp/notes").await.unwrap().collect().await.unwrap();
    assert_eq!(find(&download, "notes/b.txt").as_deref(), Some(b"second\n".as_slice()));
    let ran = docker.exec_run(&id, ["cat", "/tmp/notes/a.txt"]).await.unwrap();
    assert_eq!((ran.exit_code, ran.stdout_text().as_ref()), (0, "first\n"));

    assert!(docker.container_archive(&id, "/nowhere").await.unwrap_err().is_not_found());
    assert!(docker.container_archive_info(&id, "/nowhere").await.unwrap_err().is_not_found());
    let refused = docker.put_container_archive(&id, "/nowhere", tar_of(&[])).await;
    let not_found = refused.is_err_and(|error| error.is_not_found());
    assert!(not_found || check.engine.podman, "podman makes the folder");
    let file = tar_of(&[("notes", b"a file in place of a folder")]);
    let refused = docker.put_container_archive(&id, "/tmp", file).no_overwrite_dir_non_dir(true).await;
    assert!(refused.is_err() || check.engine.podman, "a folder must not become a file");
}

pub(crate) async fn export(check: &Check) {
    let id = check.finished("echo exported >/export.txt").await;
    let archive = check.docker.container_export(&id).await.unwrap().collect().await.unwrap();
    assert_eq!(find(&archive, "export.txt").as_deref(), Some(b"exported\n".as_slice()));
    assert!(find(&archive, "bin/busybox").is_some_and(|busybox| busybox.len() > 100_000));
}

pub(crate) async fn prune(check: &Check) {
    let docker = &check.docker;
    let ended = check.finished("true").await;
    let running = check.idle().await;
    let pruned =
        docker.container_prune().filters(|filters| filters.raw("label", check.label())).await.unwrap();
    assert_eq!(pruned.containers_deleted.unwrap(), [ended.as_str()]);
    assert!(docker.container_inspect(&ended).await.unwrap_err().is_not_found());
    docker.container_inspect(&running).await.unwrap();
    let pruned =
        docker.container_prune().filters(|filters| filters.raw("label", check.label())).await.unwrap();
    assert_eq!(pruned.containers_deleted.unwrap_or_default(), [""; 0], "null on the wire");
}

pub(crate) async fn errors_say_why(check: &Check) {
    let docker = &check.docker;
    let missing = check.named("missing");
    let error = docker.container_start(&missing).await.unwrap_err();
    assert_eq!((error.kind(), error.is_not_found()), (ErrorKind::Status, true));
    assert_eq!(error.operation(), Some("ContainerStart"));
    assert!(error.message().contains(&missing), "{error}");

    let nothing =
        models::ContainerCreateRequest { image: Some(check.named("no-image")), ..check.command(["true"]) };
    assert!(docker.container_create(nothing).await.unwrap_err().is_not_found());

    let name = check.named("twice");
    docker.container_create(check.command(["true"])).name(&name).await.unwrap();
    let twice = docker.container_create(check.command(["true"])).name(&name).await.unwrap_err();
    assert!(twice.is_conflict() || check.engine.podman, "{twice}");

    let id = check.create(check.command(["/no/such/program"])).await;
    let error = docker.container_start(&id).await.unwrap_err();
    assert!(error.message().contains("no such file"), "{error}");

    let busy = check.idle().await;
    let running = docker.container_delete(&busy).await.unwrap_err();
    assert!(running.is_conflict() || check.engine.podman, "{running}");
    let waited = timeout(Duration::from_millis(300), docker.container_wait(&busy).into_future()).await;
    assert!(waited.is_err(), "it is still running");
}
