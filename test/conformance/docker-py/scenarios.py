"""Scenarios of Debian's python3-docker: each prints "ok NAME" or "not ok NAME: why". DOCKER_HOST says which engine."""
import io
import sys
import tarfile
import traceback

import docker
from docker.errors import APIError, ContainerError, ImageNotFound, NotFound

client = docker.from_env()
scenarios = []


def scenario(function):
    scenarios.append(function)
    return function


def expect(actual, wanted):
    assert actual == wanted, f"{actual!r} instead of {wanted!r}"


@scenario
def ping_version_info():
    assert client.ping()
    expect(client.version()["Os"], "linux")
    assert client.info()["NCPU"] >= 1


@scenario
def run_gives_output():
    expect(client.containers.run("busybox", ["echo", "hello"], remove=True), b"hello\n")


@scenario
def run_gives_stderr_and_exit_code():
    try:
        client.containers.run("busybox", ["sh", "-c", "echo bad >&2; exit 5"], remove=True)
    except ContainerError as error:
        expect(error.exit_status, 5)
        expect(error.stderr, b"bad\n")
    else:
        raise AssertionError("no error for exit code 5")


@scenario
def life_of_a_container():
    container = client.containers.run("busybox", ["sleep", "300"], detach=True, name="py-life", labels={"by": "py"})
    try:
        container.reload()
        expect(container.status, "running")
        expect([c.name for c in client.containers.list(filters={"label": "by=py"})], ["py-life"])
        container.pause()
        container.reload()
        expect(container.status, "paused")
        container.unpause()
        container.rename("py-renamed")
        container.restart(timeout=0)
        container.stop(timeout=0)
        expect(container.wait()["StatusCode"], 137)
    finally:
        container.remove(force=True)
    try:
        client.containers.get("py-renamed")
    except NotFound:
        return
    raise AssertionError("still there after remove")


@scenario
def exec_run_plain_demux_and_stream():
    container = client.containers.run("busybox", ["sleep", "300"], detach=True)
    try:
        expect(container.exec_run(["sh", "-c", "echo out; echo err >&2; exit 2"], demux=True), (2, (b"out\n", b"err\n")))
        expect(container.exec_run("id -u", user="1000"), (0, b"1000\n"))
        _, stream = container.exec_run(["sh", "-c", "for i in 1 2 3; do echo $i; done"], stream=True)
        expect(b"".join(stream), b"1\n2\n3\n")
        for _ in range(20):
            expect(container.exec_run("echo quick"), (0, b"quick\n"))
    finally:
        container.remove(force=True)


@scenario
def logs_follow_and_tail():
    container = client.containers.run("busybox", ["sh", "-c", "for i in 1 2 3 4; do echo line $i; done"], detach=True)
    try:
        expect(b"".join(container.logs(stream=True, follow=True)), b"line 1\nline 2\nline 3\nline 4\n")
        expect(container.logs(tail=1), b"line 4\n")
    finally:
        container.remove(force=True)


@scenario
def archives_in_and_out():
    container = client.containers.create("busybox", ["cat", "/tmp/note"])
    try:
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w") as tar:
            member = tarfile.TarInfo("note")
            member.size = 5
            tar.addfile(member, io.BytesIO(b"from!"))
        assert container.put_archive("/tmp", data.getvalue())
        container.start()
        container.wait()
        expect(container.logs(), b"from!")
        chunks, stat = container.get_archive("/tmp/note")
        expect(stat["size"], 5)
        with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as tar:
            expect(tar.extractfile("note").read(), b"from!")
    finally:
        container.remove(force=True)


@scenario
def build_tag_save_remove():
    dockerfile = io.BytesIO(b"FROM busybox\nRUN echo built > /built\nCMD [\"cat\", \"/built\"]\n")
    image, log = client.images.build(fileobj=dockerfile, tag="py-built:1", rm=True)
    assert any("Successfully built" in entry.get("stream", "") for entry in log)
    expect(client.containers.run("py-built:1", remove=True), b"built\n")
    image.tag("py-other", "2")
    image.reload()
    assert {"py-built:1", "py-other:2"} <= set(image.tags), image.tags
    assert len(b"".join(image.save())) > 10000
    client.images.remove("py-other:2")
    client.images.remove("py-built:1")
    try:
        client.images.get("py-built:1")
    except ImageNotFound:
        return
    raise AssertionError("still there after remove")


@scenario
def networks_and_volumes():
    network = client.networks.create("py-net", labels={"a": "b"})
    volume = client.volumes.create("py-volume")
    try:
        container = client.containers.run(
            "busybox", ["sleep", "300"], detach=True, network="py-net", volumes={"py-volume": {"bind": "/data", "mode": "rw"}}
        )
        try:
            expect(container.exec_run(["sh", "-c", "echo kept > /data/file"]).exit_code, 0)
            network.reload()
            expect([c.id for c in network.containers], [container.id])
        finally:
            container.remove(force=True)
        expect(
            client.containers.run("busybox", ["cat", "/data/file"], remove=True, volumes=["py-volume:/data:ro"]),
            b"kept\n",
        )
    finally:
        network.remove()
        volume.remove()


@scenario
def stats_and_events():
    events = client.events(decode=True, filters={"type": "container", "label": "by=py-events"})
    container = client.containers.run("busybox", ["sleep", "300"], detach=True, labels={"by": "py-events"})
    try:
        assert container.stats(stream=False)["memory_stats"]["usage"] > 0
    finally:
        container.remove(force=True)
    seen = []
    for event in events:
        seen.append(event["Action"])
        if event["Action"] == "destroy":
            break
    events.close()
    expect(seen, ["create", "start", "kill", "die", "destroy"])


@scenario
def errors_have_words():
    try:
        client.containers.run("busybox", ["no-such-program"], remove=True)
    except APIError as error:
        assert "executable file not found in $PATH" in error.explanation, error.explanation
        expect(error.status_code, 400)
    else:
        raise AssertionError("no error for a missing program")


failed = 0
for function in scenarios:
    try:
        function()
        print(f"ok {function.__name__}", flush=True)
    except Exception as error:  # every scenario reports
        failed += 1
        print(f"not ok {function.__name__}: {type(error).__name__}: {error}", flush=True)
        traceback.print_exc(file=sys.stderr)
sys.exit(1 if failed else 0)
