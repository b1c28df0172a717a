"""What ``deploy/`` says holds, as far as that can be known without an engine that runs it.

hadolint lints the container file; Docker Compose itself reads the compose file, which needs no daemon;
manifests are held against the schemas of Kubernetes; commands, variables and ports against the code.
Nothing here builds an image or starts a container.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import kubernetes_validate
import pytest
import yaml

from lookalike import Index, settings
from lookalike.cli.main import main
from lookalike.service.app import create_app
from lookalike.testing.grid import GridEncoder
from lookalike.testing.serving import listening

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
CONTAINER = DEPLOY / "Containerfile"
MANIFESTS = {path.stem: path for path in sorted((DEPLOY / "kubernetes").glob("*.yaml"))}
PROGRAMS = Path(sysconfig.get_path("scripts"))
PORT = 8000
USER = 10001
KUBERNETES = ["1.31", "1.37"]
"""The oldest on which a job's policy of failures is settled, and the newest that is known."""

PINNED = re.compile(r"[a-z0-9./-]+:\d+(\.\d+)+(-[a-z0-9.-]+)?")
"""An image of one version: not ``latest``, and no tag like ``15`` that means another one next month."""

FOREIGN = re.compile(r"AWS_[A-Z_]+|PGPASSWORD|HOME|PATH|PYTHONUNBUFFERED|POD_IP|RAY_AUTH_MODE")
"""Variables that others read: object storage, libpq, Python, Ray, and the scripts in the manifests."""


# The container file


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    """Instructions of the container file, each with its text in one line."""
    text = CONTAINER.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def last(steps: list[tuple[str, str]], word: str) -> str:
    return [rest for name, rest in steps if name == word][-1]


def test_the_container_file_passes_the_linter() -> None:
    done = subprocess.run([PROGRAMS / "hadolint", CONTAINER], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_an_image_is_made_from_what_is_there(steps: list[tuple[str, str]]) -> None:
    taken = (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    for name, rest in steps:
        if name == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert f"!{source}" in taken, source
    assert "*" in taken  # everything else stays at home: secrets, history, catalogues


def test_images_are_of_one_version_and_for_nobody_in_particular(steps: list[tuple[str, str]]) -> None:
    for name, rest in steps:
        if name == "FROM":
            assert PINNED.fullmatch(rest.split()[0]), rest
    assert last(steps, "USER") == f"{USER}:{USER}"
    assert f"--uid {USER}" in last(steps, "RUN")


def test_the_image_starts_the_service_where_its_port_is(steps: list[tuple[str, str]]) -> None:
    told = dict(word.split("=", 1) for word in shlex.split(last(steps, "ENV")))
    require_known(told)
    assert told["LOOKALIKE_SERVE_PORT"] == last(steps, "EXPOSE") == str(PORT)
    assert json.loads(last(steps, "ENTRYPOINT")) == ["lookalike"]
    parse(json.loads(last(steps, "CMD")))


def test_the_image_installs_extras_that_exist(steps: list[tuple[str, str]]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = re.findall(r"EXTRAS=([\w,]+)", CONTAINER.read_text(encoding="utf-8"))
    assert last(steps, "ARG") == "EXTRAS=s3,postgres"
    assert {extra for some in named for extra in some.split(",")} <= set(project["optional-dependencies"])


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_health_check_tells_a_service_that_answers_from_one_that_does_not(
    steps: list[tuple[str, str]], tmp_path: Path
) -> None:
    """The very command of the image, of a service on another port."""
    _, _, command = last(steps, "HEALTHCHECK").partition("CMD ")
    program, *words = json.loads(command)
    assert (program, words[0]) == ("python", "-c")
    where = f"http://127.0.0.1:{PORT}/health/ready"
    assert where in words[1]

    def healthy(address: str) -> bool:
        code = words[1].replace(where, f"{address}/health/ready")
        return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0

    index = Index.create(tmp_path / "index", GridEncoder())
    with listening(index) as address:
        assert healthy(address)
    assert not healthy(address)


# The compose file


def compose(env_file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What Docker Compose makes of our file, with no other variables than those of this file."""
    return subprocess.run(
        [PROGRAMS / "docker-compose", "-f", DEPLOY / "compose.yaml", "--env-file", env_file, *words],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(env_file.parent)},
        timeout=60,
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``example.env`` as an operator would fill it in."""
    path = tmp_path_factory.mktemp("compose") / "filled.env"
    text = (DEPLOY / "example.env").read_text(encoding="utf-8")
    text = text.replace("CATALOGUE=\n", f"CATALOGUE={path.parent}\n")
    text = text.replace("CATALOGUE_FILE=\n", "CATALOGUE_FILE=shop.csv\n")
    path.write_text(re.sub(r"^([A-Z_]+)=$", r"\1=said", text, flags=re.MULTILINE), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def composed(filled: Path) -> dict[str, Any]:
    """The compose file as Docker Compose understands it."""
    done = compose(filled, "config", "--format", "json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_nothing_starts_until_secrets_are_said(filled: Path) -> None:
    lines = filled.read_text(encoding="utf-8").splitlines()
    needed = {"CATALOGUE", "POSTGRES_PASSWORD", "STORAGE_ACCESS_KEY", "STORAGE_SECRET_KEY", "WRITE_KEYS"}
    for name in needed:
        without = filled.with_name(f"without-{name}.env")
        without.write_text(
            "\n".join(line for line in lines if not line.startswith(f"{name}=")), encoding="utf-8"
        )
        done = compose(without, "config", "--quiet")
        assert done.returncode != 0
        assert name in done.stderr


def test_two_replicas_postgres_and_storage_are_composed(composed: dict[str, Any]) -> None:
    services = composed["services"]
    assert set(services) == {"add", "service", "postgres", "storage"}
    assert services["service"]["deploy"]["replicas"] == 2
    for name, service in services.items():
        assert PINNED.fullmatch(service["image"]), name
        assert not service.get("privileged")


def test_commands_and_variables_of_the_compose_file_exist(composed: dict[str, Any]) -> None:
    for name in ("add", "service"):
        parse(composed["services"][name]["command"])
        require_known(composed["services"][name]["environment"])


def test_addresses_within_the_compose_file_agree(composed: dict[str, Any]) -> None:
    services = composed["services"]
    told = services["service"]["environment"]
    host, port = re.fullmatch(r"http://(\w+):(\d+)", told["AWS_ENDPOINT_URL"]).groups()  # type: ignore[union-attr]
    assert f"-s3.port={port}" in services[host]["command"]
    assert f"http://127.0.0.1:{port}/" in services[host]["healthcheck"]["test"][-1]
    bucket = re.fullmatch(r"s3://([\w-]+)/[\w-]+", told["LOOKALIKE_INDEX"])
    assert bucket is not None and f"-bucket={bucket[1]}" in services[host]["command"]
    database = re.fullmatch(r"postgresql://(\w+)@(\w+)/(\w+)", told["LOOKALIKE_EVENTS"])
    assert database is not None
    server = services[database[2]]["environment"]
    assert (server["POSTGRES_USER"], server["POSTGRES_DB"]) == (database[1], database[3])
    assert server["POSTGRES_PASSWORD"] == told["PGPASSWORD"]
    for name, key in (("AWS_ACCESS_KEY_ID", "ACCESS"), ("AWS_SECRET_ACCESS_KEY", "SECRET")):
        assert services[host]["environment"][name] == told[name], key


def test_only_the_service_is_reached_and_only_from_this_machine(composed: dict[str, Any]) -> None:
    for name, service in composed["services"].items():
        for port in service.get("ports", []):
            assert name == "service"
            assert (port["host_ip"], port["target"]) == ("127.0.0.1", PORT)


# The manifests


def objects(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = list(yaml.safe_load_all(MANIFESTS[name].read_text(encoding="utf-8")))
    return found


EVERY = [
    pytest.param(one, id=f"{name}-{one['kind']}-{one['metadata']['name']}")
    for name in MANIFESTS
    for one in objects(name)
]
PODS = [param for param in EVERY if "template" in param.values[0].get("spec", {})]  # type: ignore[operator]


def pod_of(one: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The pod of a workload, and its only container."""
    pod = one["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    return pod, container


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize("one", EVERY)
def test_kubernetes_knows_every_field(one: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(one, version, strict=True)


def test_a_field_that_is_not_known_would_be_found() -> None:
    one = objects("service")[1]
    pod_of(one)[1]["imagee"] = "x"
    with pytest.raises(kubernetes_validate.ValidationError, match="imagee"):
        kubernetes_validate.validate(one, KUBERNETES[-1], strict=True)


@pytest.mark.parametrize("one", PODS)
def test_pods_have_no_rights_that_they_do_not_need(one: dict[str, Any]) -> None:
    pod, container = pod_of(one)
    assert PINNED.fullmatch(container["image"])
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] == USER
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"cpu", "memory"} <= set(container["resources"]["requests"])
    assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("one", PODS)
def test_secrets_are_named_and_never_written_down(one: dict[str, Any]) -> None:
    _, container = pod_of(one)
    named = {source["secretRef"]["name"] for source in container["envFrom"] if "secretRef" in source}
    assert "lookalike-storage" in named
    readme = (DEPLOY / "README.md").read_text(encoding="utf-8")
    assert all(f"secret generic {name}" in readme for name in named)
    plain = {entry["name"] for entry in container.get("env", ())} | set(objects("service")[0]["data"])
    require_known(plain)
    assert not [name for name in plain if re.search("KEY|SECRET|PASSWORD|TOKEN|EVENTS", name)]


@pytest.mark.parametrize("one", PODS)
def test_what_is_selected_is_there(one: dict[str, Any]) -> None:
    pod, container = pod_of(one)
    assert {mount["name"] for mount in container["volumeMounts"]} == {
        volume["name"] for volume in pod["volumes"]
    }
    labels = one["spec"]["template"]["metadata"]["labels"]
    assert one["spec"].get("selector", {"matchLabels": labels})["matchLabels"].items() <= labels.items()


@pytest.mark.parametrize("name", MANIFESTS)
def test_services_lead_to_a_port_of_a_pod(name: str) -> None:
    everything = objects(name)
    pods = [one for one in everything if "template" in one.get("spec", {})]
    for service in (one for one in everything if one["kind"] == "Service"):
        chosen = [
            pod
            for pod in pods
            if service["spec"]["selector"].items() <= pod["spec"]["template"]["metadata"]["labels"].items()
        ]
        assert len(chosen) == 1
        ports = {port["name"] for port in pod_of(chosen[0])[1]["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports


def test_the_service_is_asked_where_it_answers(tmp_path: Path) -> None:
    _, container = pod_of(objects("service")[1])
    parse(container["args"])
    assert container["ports"] == [{"name": "http", "containerPort": PORT}]
    known = create_app(Index.create(tmp_path / "index", GridEncoder())).openapi()["paths"]
    for probe, path in (("startup", "ready"), ("readiness", "ready"), ("liveness", "live")):
        asked = container[f"{probe}Probe"]["httpGet"]
        assert asked == {"path": f"/health/{path}", "port": "http"}
        assert asked["path"] in known
    assert objects("service")[1]["spec"]["template"]["metadata"]["annotations"]["prometheus.io/path"] in known


def test_the_autoscaler_scales_the_service() -> None:
    _, deployment, _, scaler, budget = objects("service")
    assert scaler["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
    assert scaler["spec"]["minReplicas"] >= 2  # one may go without anybody noticing
    assert "replicas" not in deployment["spec"]  # else every apply would undo what the autoscaler chose
    assert budget["spec"]["selector"] == deployment["spec"]["selector"]


def test_commands_of_the_ray_job_exist_and_find_each_other() -> None:
    start = pytest.importorskip("ray.scripts.scripts", reason="Ray is not installed").start
    service, _, job, worker = objects("indexing")
    head, indexing = calls(pod_of(job)[1]["args"][0])
    (joining,) = calls(pod_of(worker)[1]["args"][0])
    parse(indexing[1:])
    told = {}
    for words in (head, joining):
        assert words[:2] == ["ray", "start"]
        told[words[2]] = start.make_context("start", list(words[2:])).params
    assert told["--head"]["head"] and told["--head"]["port"] == service["spec"]["ports"][0]["port"]
    where = f"{service['metadata']['name']}:{service['spec']['ports'][0]['port']}"
    assert joining[2] == f"--address={where}"
    assert indexing[indexing.index("--on") + 1] == f"$POD_IP:{told['--head']['port']}"


def test_a_file_that_the_readme_names_is_there() -> None:
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"deploy/[\w./-]*\w", text)) - {"deploy/.env"}  # the operator's own
    assert {f"deploy/{path.relative_to(DEPLOY)}" for path in (CONTAINER, *MANIFESTS.values())} <= named
    for name in named:
        assert (ROOT / name).exists(), name


# What these tests ask the code


def parse(words: list[str]) -> None:
    """Fail for a command of ours with a verb or an option that does not exist."""
    group: Any = main
    top = click.Context(main, info_name="lookalike", **main.context_settings)
    verb = group.get_command(top, words[0])
    assert verb is not None, f"there is no verb {words[0]}"
    verb.make_context(words[0], list(words[1:]), parent=top)


def require_known(names: Iterable[str]) -> None:
    """Fail for a variable that nobody reads."""
    source = Path(settings.__file__).read_text(encoding="utf-8")
    known = set(re.findall(r'"(LOOKALIKE_\w+)"', source))
    known |= {f"LOOKALIKE_SERVE_{name.upper()}" for name in settings.SERVE}
    for name in names:
        assert name in known or FOREIGN.fullmatch(name), f"nobody reads {name}"


def calls(script: str) -> list[list[str]]:
    """The words of every command in a shell script, without ``exec``."""
    lines = [shlex.split(line) for line in script.replace("\\\n", " ").splitlines()]
    return [words[1:] if words[0] == "exec" else words for words in lines if words]
