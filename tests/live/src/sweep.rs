//! Removes what checks made, by label and by name, and tells what is still there.

use docker_engine_runtime::Result;

use crate::docker_engine::Client;
use crate::given;

/// The label of everything that a check makes. Its value is the check's name.
pub(crate) const LABEL: &str = "docker-engine-live";

/// Removes what belongs to names that begin so, and lists what it found. With a client that leaves no trace.
pub async fn sweep(docker: &Client, prefix: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let ours = |labels: &Labels| labels.get(LABEL).is_some_and(|value| value.starts_with(prefix));

    let containers = docker.container_list().all(true).filters(|filters| filters.raw("label", LABEL)).await?;
    for container in containers {
        let id = container.id.unwrap_or_default();
        if container.labels.is_some_and(|labels| ours(&labels))
            && removed(remove_container(docker, &id).await)?
        {
            found.push(format!("container {id}"));
        }
    }
    for network in docker.network_list().filters(|filters| filters.raw("label", LABEL)).await? {
        let id = network.id.unwrap_or_default();
        if network.labels.is_some_and(|labels| ours(&labels)) && removed(docker.network_delete(&id).await)? {
            found.push(format!("network {id}"));
        }
    }
    // Those that were made for a container may have no label.
    let volumes = docker.volume_list().await?;
    for volume in given::<Vec<_>>(volumes.volumes).unwrap_or_default() {
        if (ours(&volume.labels) || volume.name.starts_with(prefix))
            && removed(docker.volume_delete(&volume.name).force(true).await)?
        {
            found.push(format!("volume {}", volume.name));
        }
    }
    images(docker, prefix, &mut found).await?;
    Ok(found)
}

type Labels = std::collections::BTreeMap<String, String>;

/// Images have our label, or only a name of ours: an image that was tagged is somebody else's otherwise.
async fn images(docker: &Client, prefix: &str, found: &mut Vec<String>) -> Result<()> {
    for image in docker.image_list().all(true).await? {
        let labelled = image.labels.get(LABEL).is_some_and(|value| value.starts_with(prefix));
        let tags: Vec<_> = image.repo_tags.iter().filter(|tag| tag.contains(prefix)).collect();
        for tag in &tags {
            if removed(docker.image_delete(tag).force(true).await.map(drop))? {
                found.push(format!("image {tag}"));
            }
        }
        if labelled && removed(docker.image_delete(&image.id).force(true).await.map(drop))? {
            found.push(format!("image {}", image.id));
        }
    }
    Ok(())
}

async fn remove_container(docker: &Client, id: &str) -> Result<()> {
    docker.container_delete(id).force(true).v(true).await
}

/// Whether it was removed: somebody else may have been quicker, or be about it.
fn removed(result: Result<()>) -> Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.is_not_found() || error.is_conflict() => Ok(false),
        Err(error) => Err(error),
    }
}
