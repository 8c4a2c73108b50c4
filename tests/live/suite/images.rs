//! Images: from tar, from builds and commits, to registries and back.

use std::collections::BTreeMap;

use docker_engine_live::docker_engine::models;
use docker_engine_live::{Check, find, tar_of};
use docker_engine_runtime::ErrorKind;
use futures_util::TryStreamExt;
use serde_json::json;

/// Credentials of the registry that asks for them.
pub(crate) fn credentials(password: &str) -> models::AuthConfig {
    models::AuthConfig {
        username: Some("user".into()),
        password: Some(password.into()),
        ..Default::default()
    }
}

/// A name for an image. With a host, for podman puts its own before a name without one.
fn local(check: &Check, what: &str) -> String {
    format!("localhost/{}", check.named(what))
}

/// An image of the check's own with one file: `import` makes it without a container.
async fn import(check: &Check, tag: &str) -> String {
    let repository = local(check, "import");
    let archive = tar_of(&[("hello.txt", format!("hello from {tag}\n").as_bytes())]);
    let request = check.docker.image_create().from_src("-").repo(&repository).tag(tag).input_image(archive);
    request.await.unwrap().finish().await.unwrap();
    format!("{repository}:{tag}")
}

/// Pushes an image of the check's own to a registry, and gives its name.
pub(crate) async fn push(check: &Check, registry: &str, auth: models::AuthConfig) -> String {
    let local = import(check, "pushed").await;
    let name = format!("{registry}/{}", check.named("image"));
    check.docker.image_tag(&local).repo(&name).tag("1").await.unwrap();
    let pushed = check.docker.image_push(&name, auth).tag("1").await.unwrap();
    let messages: Vec<_> = pushed.try_collect().await.unwrap();
    let digest = messages.iter().find_map(|message| message.aux.as_ref());
    let digest = digest.map(|aux| aux["Digest"].as_str().unwrap_or_default());
    // Podman tells the digest in words.
    assert!(check.engine.podman || digest.unwrap().starts_with("sha256:"), "{messages:?}");
    format!("{name}:1")
}

pub(crate) async fn import_list_inspect(check: &Check) {
    let docker = &check.docker;
    let name = import(check, "one").await;
    let inspected = docker.image_inspect(&name).await.unwrap();
    let inspected = serde_json::to_value(inspected).unwrap();
    assert_eq!(inspected["RepoTags"], json!([name]));
    assert_eq!((&inspected["Os"], &inspected["RootFS"]["Type"]), (&json!("linux"), &json!("layers")));

    let listed = docker
        .image_list()
        .digests(true)
        .filters(|filters| filters.raw("reference", local(check, "import")))
        .await
        .unwrap();
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(listed[0].repo_tags, [name.as_str()]);
    assert_eq!(listed[0].id, inspected["Id"]);
    let history = docker.image_history(&name).await.unwrap();
    assert_eq!((history.len(), history[0].tags.as_slice()), (1, [name.clone()].as_slice()));
    let of_alpine = docker.image_history("alpine:latest").await.unwrap();
    assert!(of_alpine.iter().any(|layer| layer.size > 100_000));

    docker.image_tag(&name).repo(local(check, "second")).tag("name").await.unwrap();
    let untagged = docker.image_delete(&name).await.unwrap();
    assert_eq!(untagged.len(), 1, "another name holds it: {untagged:?}");
    assert_eq!(untagged[0].untagged, Some(name));
    let deleted = docker.image_delete(format!("{}:name", local(check, "second"))).await.unwrap();
    assert!(deleted.iter().any(|item| item.deleted.is_some()), "{deleted:?}");
    assert!(docker.image_inspect(local(check, "second")).await.unwrap_err().is_not_found());
}

pub(crate) async fn push_and_pull(check: &Check) {
    let docker = &check.docker;
    let image = push(check, &check.engine.registry, models::AuthConfig::default()).await;
    docker.image_delete(&image).await.unwrap();
    let mut pulled = Vec::new();
    let (name, tag) = image.rsplit_once(':').unwrap();
    let mut progress = docker.image_create().from_image(name).tag(tag).await.unwrap();
    while let Some(message) = progress.try_next().await.unwrap() {
        pulled.extend(message.status);
    }
    let told = |word: &str| pulled.iter().any(|status| status.starts_with(word));
    assert!(told("Status: ") || told("Download complete"), "{pulled:?}");
    let inspected = docker.image_inspect(&image).await.unwrap();
    assert!(!serde_json::to_value(inspected).unwrap()["RepoDigests"].as_array().unwrap().is_empty());

    docker.image_delete(&image).await.unwrap();
    docker.pull(&image).await.unwrap();
    docker.image_inspect(&image).await.unwrap();

    let missing = format!("{}/{}", check.engine.registry, check.named("missing"));
    let error = match docker.image_create().from_image(&missing).tag("1").await {
        Ok(stream) => stream.finish().await.unwrap_err(),
        Err(error) => error,
    };
    assert!(error.is_not_found() || error.to_string().contains("missing"), "{error}");
}

pub(crate) async fn credentials_are_needed(check: &Check) {
    let docker = &check.docker;
    let image = push(check, &check.engine.registry_auth, credentials("pass")).await;
    let (name, tag) = image.rsplit_once(':').unwrap();
    docker.image_delete(&image).await.unwrap();

    let pull = || docker.image_create().from_image(name).tag(tag);
    assert!(pull().await.is_err(), "without credentials");
    let error = pull().x_registry_auth(credentials("not-it")).await.unwrap_err();
    assert!(!format!("{error:?}").contains("not-it"), "{error:?}");
    pull().x_registry_auth(credentials("pass")).await.unwrap().finish().await.unwrap();
    docker.image_inspect(&image).await.unwrap();

    // A refused push is told within the answer.
    let error = match docker.image_push(name, credentials("not-it")).tag(tag).await {
        Err(error) if check.engine.podman => error,
        pushed => pushed.unwrap().finish().await.unwrap_err(),
    };
    assert!(error.kind() == ErrorKind::Stream || check.engine.podman, "{error}");
    assert_eq!(error.operation(), Some("ImagePush"));
}

pub(crate) async fn save_and_load(check: &Check) {
    let docker = &check.docker;
    let names = [import(check, "first").await, import(check, "second").await];
    let one = docker.image_get(&names[0]).await.unwrap().collect().await.unwrap();
    let both = docker.image_get_all().names(&names).await.unwrap().collect().await.unwrap();
    let manifest = |archive: &[u8]| -> Vec<String> {
        let manifest = find(archive, "manifest.json").unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        let tags = manifest.as_array().unwrap().iter().map(|image| image["RepoTags"][0].as_str().unwrap());
        // The Engine writes them in any order.
        let mut tags: Vec<String> = tags.map(str::to_owned).collect();
        tags.sort();
        tags
    };
    assert_eq!(manifest(&one), names[..1]);
    assert_eq!(manifest(&both), names);

    for name in &names {
        docker.image_delete(name).await.unwrap();
    }
    let loaded: Vec<_> = docker.image_load(both).quiet(true).await.unwrap().try_collect().await.unwrap();
    let told: String = loaded.iter().filter_map(|message| message.stream.as_deref()).collect();
    for name in &names {
        assert!(told.contains(name.as_str()), "{told:?}");
        docker.image_inspect(name).await.unwrap();
    }
    let error = match docker.image_load("not an archive").await {
        Ok(loaded) => loaded.finish().await.unwrap_err(),
        Err(error) => error,
    };
    assert!(!error.message().is_empty());
}

pub(crate) async fn build(check: &Check) {
    let docker = &check.docker;
    let name = local(check, "built");
    let dockerfile = "FROM alpine:latest\nARG WHO\nLABEL greeted=$WHO\nCOPY file.txt /file.txt\n\
                      RUN echo \"hello $WHO\" >/hello.txt\nCMD [\"cat\", \"/hello.txt\", \"/file.txt\"]\n";
    let context = tar_of(&[("Dockerfile", dockerfile.as_bytes()), ("file.txt", b"from the context\n")]);
    let mut labels = check.labels();
    labels.insert("with spaces".to_owned(), "a \"quoted\" value & more".to_owned());
    let built = docker
        .image_build()
        .t([format!("{name}:a"), format!("{name}:b")])
        .buildargs(BTreeMap::from([("WHO".to_owned(), Some("world".to_owned()))]))
        .labels(labels)
        .nocache(true)
        .input_stream(context)
        .await
        .unwrap();
    let messages: Vec<_> = built.try_collect().await.unwrap();
    let told: String = messages.iter().filter_map(|message| message.stream.as_deref()).collect();
    assert!(told.contains("Successfully built"), "{told}");
    #[cfg(feature = "since-1-30")]
    assert!(messages.iter().any(|message| message.aux.is_some()), "the id of the image");

    let inspected = serde_json::to_value(docker.image_inspect(format!("{name}:b")).await.unwrap()).unwrap();
    assert_eq!(inspected["RepoTags"].as_array().unwrap().len(), 2);
    let labels = &inspected["Config"]["Labels"];
    assert_eq!(
        (&labels["greeted"], &labels["with spaces"]),
        (&json!("world"), &json!("a \"quoted\" value & more"))
    );
    let run = docker
        .run(models::ContainerCreateRequest {
            image: Some(format!("{name}:a")),
            labels: Some(check.labels()),
            ..Default::default()
        })
        .await
        .unwrap();
    assert_eq!(run.stdout_text(), "hello world\nfrom the context\n");
}

pub(crate) async fn failing_build(check: &Check) {
    let context = tar_of(&[("Dockerfile", b"FROM alpine:latest\nRUN echo about to fail; exit 9\n")]);
    let request = check.docker.image_build().labels(check.labels()).forcerm(true).input_stream(context);
    let mut built = request.await.unwrap();
    let mut told = String::new();
    let error = loop {
        match built.try_next().await {
            Ok(Some(message)) => told.extend(message.stream),
            Ok(None) => panic!("the build does not fail: {told}"),
            Err(error) => break error,
        }
    };
    assert!(told.contains("about to fail"), "what was said before is not lost: {told}");
    assert_eq!(error.kind(), ErrorKind::Stream);
    assert_eq!(error.code(), if check.engine.podman { None } else { Some(9) });
    assert!(error.message().contains("9"), "{error}");

    let nonsense = tar_of(&[("Dockerfile", b"NONSENSE\n")]);
    let error = match check.docker.image_build().input_stream(nonsense).await {
        Ok(built) if check.engine.podman => built.finish().await.unwrap_err(),
        built => built.unwrap_err(),
    };
    let complaint = if check.engine.podman { "no FROM" } else { "NONSENSE" };
    assert!(error.message().contains(complaint), "{error}");
}

#[cfg(feature = "since-1-40")]
pub(crate) async fn build_with_buildkit(check: &Check) {
    let docker = &check.docker;
    let name = local(check, "buildkit");
    let context = tar_of(&[("Dockerfile", b"FROM alpine:latest\nRUN echo built >/built.txt\n")]);
    let built = docker
        .image_build()
        .version("2")
        .t([&name])
        .labels(check.labels())
        .input_stream(context)
        .await
        .unwrap();
    built.finish().await.unwrap();
    docker.image_inspect(&name).await.unwrap();
    let run = docker
        .run(models::ContainerCreateRequest { image: Some(name), ..check.command(["cat", "/built.txt"]) });
    assert_eq!(run.await.unwrap().stdout_text(), "built\n");
}

#[cfg(feature = "since-1-40")]
pub(crate) async fn prune_of_the_build_cache(check: &Check) {
    // Nothing has this id: the cache is not ours.
    let pruned = check.docker.build_prune().filters(|filters| filters.id(check.named("none"))).await.unwrap();
    assert!(pruned.space_reclaimed.is_some());
}

pub(crate) async fn commit(check: &Check) {
    let docker = &check.docker;
    let id = check.finished("echo kept >/kept.txt").await;
    let name = local(check, "committed");
    let committed = docker
        .image_commit()
        .container(&id)
        .repo(&name)
        .tag("1")
        .comment("what was written stays")
        .author("a test")
        .changes(["ENV KEPT=yes", "CMD [\"cat\", \"/kept.txt\"]"])
        .await
        .unwrap();
    let image = format!("{name}:1");
    let inspected = serde_json::to_value(docker.image_inspect(&image).await.unwrap()).unwrap();
    assert!(inspected["Id"].as_str().unwrap().ends_with(&committed.id), "podman leaves out the algorithm");
    assert_eq!(
        (&inspected["Author"], &inspected["Comment"]),
        (&json!("a test"), &json!("what was written stays"))
    );
    assert!(inspected["Config"]["Env"].as_array().unwrap().contains(&json!("KEPT=yes")));
    let config = models::ContainerCreateRequest {
        image: Some(image),
        labels: Some(check.labels()),
        ..Default::default()
    };
    assert_eq!(docker.run(config).await.unwrap().stdout_text(), "kept\n");
}

pub(crate) async fn prune(check: &Check) {
    let docker = &check.docker;
    let context =
        tar_of(&[("Dockerfile", format!("FROM alpine:latest\nENV CHECK={}\n", check.name).as_bytes())]);
    let request = docker.image_build().labels(check.labels()).q(true).input_stream(context);
    let built = request.await.unwrap().last().await.unwrap().unwrap();
    let id = built.stream.unwrap().trim().to_owned();
    let pruned = docker.image_prune().filters(|filters| filters.raw("label", check.label()).dangling(true));
    let pruned = pruned.await.unwrap();
    let deleted = pruned.images_deleted.unwrap();
    assert!(deleted.iter().any(|item| item.deleted.as_deref() == Some(id.as_str())), "{id}: {deleted:?}");
    assert!(docker.image_inspect(&id).await.unwrap_err().is_not_found());
}

pub(crate) async fn search_needs_a_hub(check: &Check) {
    let error = check.docker.image_search("alpine").limit(3).await.unwrap_err();
    assert!(error.status().is_some(), "{error}");
    assert!(!error.message().is_empty());
}
