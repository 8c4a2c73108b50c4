//! Commands in a running container.

use docker_engine_live::docker_engine::models;
use docker_engine_live::{Check, by_source};
use docker_engine_runtime::LogSource;
use futures_util::TryStreamExt;
use tokio::io::AsyncWriteExt;

use crate::containers::pause;

fn command<const N: usize>(command: [&str; N]) -> models::ExecConfig {
    models::ExecConfig {
        cmd: Some(command.map(String::from).to_vec()),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        ..Default::default()
    }
}

fn attached() -> models::ExecStartConfig {
    models::ExecStartConfig { detach: Some(false), ..Default::default() }
}

pub(crate) async fn streams_apart(check: &Check) {
    let docker = &check.docker;
    let id = check.idle().await;
    let config = models::ExecConfig {
        env: Some(vec!["WORD=word".into()]),
        user: Some("nobody".into()),
        ..command(["sh", "-c", "echo $WORD; id -un >&2; exit 11"])
    };
    let exec = docker.container_exec(&id, config).await.unwrap().id;
    let before = docker.exec_inspect(&exec).await.unwrap();
    let code = if check.engine.podman { Some(0) } else { None };
    assert_eq!((before.running, before.exit_code), (Some(false), code), "it has not run yet");

    let output = docker.exec_start(&exec, attached()).await.unwrap();
    assert_eq!(by_source(output).await, ["word\n", "nobody\n", ""]);
    let after = docker.exec_inspect(&exec).await.unwrap();
    assert_eq!((after.running, after.exit_code), (Some(false), Some(11)));
    assert_eq!(after.container_id.as_deref(), Some(id.as_str()));
    let process = after.process_config.unwrap();
    assert_eq!((process.user.as_deref(), process.entrypoint.as_deref()), (Some("nobody"), Some("sh")));

    // It can run once only; whether the Engine says so before the streams or on them differs.
    let told = match docker.exec_start(&exec, attached()).await {
        Ok(output) => by_source(output).await.concat(),
        Err(error) => error.to_string(),
    };
    assert!(told.contains("already run") || told.contains("can only start created"), "{told}");
}

pub(crate) async fn input_and_half_close(check: &Check) {
    let docker = &check.docker;
    let id = check.idle().await;
    let config =
        models::ExecConfig { attach_stdin: Some(true), ..command(["sh", "-c", "cat; echo end >&2"]) };
    let exec = docker.container_exec(&id, config).await.unwrap().id;
    let mut running = docker.exec_start(&exec, attached()).await.unwrap();
    running.write_all(b"first\n").await.unwrap();
    assert_eq!(running.try_next().await.unwrap().unwrap().to_string(), "first\n");
    // Lines of 100 kB, more than fits in the buffers on the way; then the end of the input, which `cat` waits for.
    let line = format!("{}\n", "z".repeat(100_000));
    let chunks = running.exchange(line.repeat(5)).await.unwrap();
    let text = |source| -> String {
        chunks.iter().filter(|chunk| chunk.source == source).map(ToString::to_string).collect()
    };
    assert_eq!(text(LogSource::Stdout), line.repeat(5));
    assert_eq!(text(LogSource::Stderr), "end\n");

    let counted = docker.exec_run(&id, ["wc", "-c"]).input("12345").await.unwrap();
    assert_eq!((counted.exit_code, counted.stdout_text().trim()), (0, "5"));
}

pub(crate) async fn terminal(check: &Check) {
    let docker = &check.docker;
    let id = check.idle().await;
    let config = models::ExecConfig {
        tty: Some(true),
        attach_stdin: Some(true),
        ..command(["sh", "-c", "trap 'stty size; exit 6' WINCH; echo ready; while :; do sleep 0.1; done"])
    };
    let exec = docker.container_exec(&id, config).await.unwrap().id;
    let start = models::ExecStartConfig { tty: Some(true), ..attached() };
    let mut running = docker.exec_start(&exec, start).await.unwrap();
    let ready = running.try_next().await.unwrap().unwrap();
    assert_eq!((ready.source, ready.to_string().as_str()), (LogSource::Console, "ready\r\n"));
    docker.exec_resize(&exec, 17, 71).await.unwrap();
    assert_eq!(by_source(running).await[2], "17 71\r\n");
    let state = check
        .until("the end of the command", async || {
            let state = docker.exec_inspect(&exec).await?;
            Ok((state.running == Some(false)).then_some(state))
        })
        .await;
    assert_eq!(state.exit_code, Some(6));

    #[cfg(feature = "since-1-42")]
    {
        let config = models::ExecConfig { tty: Some(true), ..command(["stty", "size"]) };
        let exec = docker.container_exec(&id, config).await.unwrap().id;
        let start =
            models::ExecStartConfig { tty: Some(true), console_size: Some(vec![23, 45]), ..attached() };
        let running = docker.exec_start(&exec, start).await.unwrap();
        assert_eq!(by_source(running).await[2], "23 45\r\n");
    }
}

pub(crate) async fn detached(check: &Check) {
    let docker = &check.docker;
    let id = check.idle().await;
    let config = models::ExecConfig {
        cmd: Some(["sh", "-c", "echo done >/tmp/done"].map(String::from).to_vec()),
        ..Default::default()
    };
    let exec = docker.container_exec(&id, config).await.unwrap().id;
    let start = models::ExecStartConfig { detach: Some(true), ..Default::default() };
    let started = docker.exec_start(&exec, start).await.unwrap();
    assert!(!started.has_input());
    // Podman sends an empty line.
    assert_eq!(by_source(started).await.concat().trim(), "");
    check
        .until("the end of the command", async || {
            Ok((docker.exec_inspect(&exec).await?.exit_code == Some(0)).then_some(()))
        })
        .await;
    let written = docker.exec_run(&id, ["cat", "/tmp/done"]).await.unwrap();
    assert_eq!(written.stdout_text(), "done\n");
}

pub(crate) async fn errors(check: &Check) {
    let docker = &check.docker;
    let id = check.idle().await;
    let missing = docker.exec_run(&id, ["/no/such/program"]).await.unwrap();
    assert!([126, 127].contains(&missing.exit_code), "{missing:?}");
    assert!(docker.exec_inspect(check.named("none")).await.unwrap_err().is_not_found());
    pause(check, &id).await;
    assert!(docker.container_exec(&id, command(["true"])).await.unwrap_err().is_conflict(), "it is paused");
    docker.container_unpause(&id).await.unwrap();
    docker.container_kill(&id).await.unwrap();
    docker.container_wait(&id).await.unwrap();
    let error = docker.container_exec(&id, command(["true"])).await.unwrap_err();
    assert!(error.is_conflict() || check.engine.podman, "it has ended: {error}");
}
