/** Commands that are compared as one: they run in order, in one shell each, with $D the program under test. */
export interface CommandGroup {
  readonly name: string;
  /** Makes what the commands need; its output is not compared. */
  readonly setup?: string;
  /** One command a line. "#code" at the end compares the exit code only; what stands behind it says why the words differ. */
  readonly commands: string;
  /** Removes what is left; runs in any case. */
  readonly cleanup?: string;
}

const server = `$D run -d --name cf-web --label a=b --label c=d -e GREETING=hello -p 127.0.0.1:18281:80 -p 18282-18283:82-83/udp -v cf-data:/data --tmpfs /scratch busybox sh -c 'echo out; echo err >&2; sleep 1000'
$D run --name cf-done busybox sh -c 'echo hello; exit 3'`;
const removeServer = '$D rm -f cf-web cf-done; $D volume rm -f cf-data';

/** Every command with the flags of daily use. */
export const groups: readonly CommandGroup[] = [
  {
    name: 'words that are wrong',
    commands: `$D bogus
$D run
$D run --bogus
$D run -Z x
$D ps --bogus
$D ps extra
$D rm
$D exec
$D exec x
$D container bogus
$D network create
$D network create a b
$D rename a
$D tag a
$D cp a
$D cp a b
$D cp a:b c:d
$D ps --last x
$D ps --last
$D ps -n
$D ps --all=maybe
$D run --cpus abc x
$D run -m abc x
$D run --health-interval abc x
$D run -e
$D run --name
$D run --rm --restart always x
$D run --blkio-weight 99999 x
$D stop -t abc x
$D logs
$D pull
$D pull UPPER
$D run UPPER
$D version x
$D --bogus
$D -Z ps
$D ps --format '{{'
$D -H unix:///nope.sock ps
$D -H tcp://127.0.0.1:1 ps
$D -c nope ps
$D help bogus
$D run -it busybox
$D stop -tx a
$D --log-level foo ps
$D ps -f bogus
$D ps -f bogus=1
$D images -f x=1
$D inspect --type foo x
$D run -p 99999:1 busybox
$D run -p a:b:c:d busybox
$D run --mount type=foo busybox
$D run --mount foo busybox
$D run -l =x busybox
$D run --env-file /nope busybox
$D run --ulimit foo busybox
$D run --add-host foo busybox
$D run --device /x:/y:q:z busybox
$D run --pull foo busybox
$D run --restart foo busybox
$D run --restart on-failure:x busybox
$D run --dns x busybox
$D run -a foo busybox
$D run --tmpfs x busybox
$D run --ipc foo busybox
$D run --pid foo busybox
$D run --uts foo busybox
$D run --userns foo busybox
$D run --cgroupns foo busybox
$D run --stop-signal FOO busybox
$D run --storage-opt x busybox
$D run --security-opt x busybox
$D run --sysctl x busybox
$D run --gpus x busybox
$D run --expose x busybox
$D run --mac-address x busybox
$D run -d -a stdin busybox
$D run --no-healthcheck --health-cmd x busybox
$D run --memory-swappiness 101 busybox
$D run --shm-size x busybox
$D run --cidfile /etc/passwd busybox
$D run --device-read-bps x busybox`,
  },
  {
    name: 'names that are not there',
    commands: `$D logs cf-nope
$D inspect cf-nope
$D rmi cf-nope
$D rm cf-nope
$D rm -f cf-nope
$D start cf-nope
$D kill cf-nope
$D wait cf-nope
$D top cf-nope
$D port cf-nope
$D pause cf-nope
$D unpause cf-nope
$D restart cf-nope
$D update cf-nope
$D update --restart always cf-nope
$D rename cf-nope cf-nope2
$D diff cf-nope
$D export cf-nope
$D commit cf-nope
$D attach cf-nope
$D exec cf-nope ls
$D stats --no-stream cf-nope
$D history cf-nope
$D save cf-nope
$D tag cf-nope x
$D network inspect cf-nope
$D network rm cf-nope
$D volume inspect cf-nope
$D volume rm cf-nope
$D network connect cf-nope cf-nope
$D network disconnect cf-nope cf-nope
$D run --network cf-nope --rm busybox true
$D run --pull never cf-nope true
$D cp cf-nope:/etc/hosts /tmp
$D cp /etc/hosts cf-nope:/tmp
$D container inspect cf-nope
$D image inspect cf-nope
$D context use cf-nope
$D context rm default`,
  },
  {
    name: 'run and create',
    setup: 'printf "X=y\\nEMPTY=\\n# no\\n" > "$TMP/env"; printf "x=1\\n" > "$TMP/labels"',
    commands: `$D run --rm busybox echo hi
$D run --rm busybox sh -c 'echo a; echo b >&2; exit 5'
$D run --rm busybox cf-no-such-program
$D run --rm busybox /etc
$D run --rm busybox /etc/passwd
$D run --rm --entrypoint echo busybox a b
$D run --rm --entrypoint '' busybox echo x
$D run --rm -e A=b --env-file "$TMP/env" busybox sh -c 'echo $A $X'
$D run --rm -w /x busybox pwd
$D run --rm -u 1000 busybox id
$D run --rm -u 1000:1001 --group-add 5 busybox id
$D run --rm -u cf-nobody busybox id
$D run --rm --hostname foo --domainname bar busybox hostname
$D run --rm -v /nope/x:relative busybox true
$D run --rm -v rel/x:/y busybox true
$D run --rm --mount type=bind,source=/cf-nope,target=/x busybox true
$D run --rm --mount type=tmpfs,target=/x,tmpfs-size=1m busybox df -k /x
$D run --rm --tmpfs /x:size=1m busybox df -k /x
$D run --rm --shm-size 1m busybox df -k /dev/shm
$D run --rm --read-only busybox touch /x
$D run --rm --cap-add BOGUS busybox true
$D run --rm --cap-drop ALL busybox chown 1 /etc/hosts
$D run --rm --memory 1 busybox true
$D run --rm --cpus 100 busybox true
$D run --rm --security-opt seccomp=/nope busybox true
$D run --rm --ulimit nofile=1000:2000 busybox sh -c 'ulimit -n'
echo text | $D run --rm -i busybox cat
echo text | $D run --rm busybox cat
$D run --rm --log-driver bogus busybox true
$D run --rm --device /cf-nope busybox true
$D run --rm --volumes-from cf-nope busybox true
$D run --rm --ip 10.0.0.1 busybox true #code which of its reasons Docker names differs from time to time
$D run --rm --health-cmd x --health-interval -1s busybox true
$D run --rm --sysctl net.ipv4.ip_forward=1 busybox cat /proc/sys/net/ipv4/ip_forward
$D run --rm --add-host a:1.2.3.4 busybox grep 1.2.3.4 /etc/hosts
$D run --rm --dns 1.2.3.4 --dns-search foo busybox grep -v '^#' /etc/resolv.conf
$D run --rm --attach stdout busybox sh -c 'echo a; echo b >&2'
$D run --rm --network none busybox ip addr show lo
$D run --rm --network host --name cf-host busybox true
$D run --rm --privileged busybox sh -c 'grep CapEff /proc/self/status'
$D run --rm busybox sh -c 'grep -E "CapEff|Seccomp:|NoNewPrivs" /proc/self/status'
$D run --rm --security-opt no-new-privileges busybox grep NoNewPrivs /proc/self/status
$D run --rm --oom-score-adj 100 busybox cat /proc/self/oom_score_adj
$D run --rm -t busybox tty
$D run --rm --init busybox cat /proc/1/comm
$D create --name cf-made -p 18290:80 --label-file "$TMP/labels" --restart on-failure:3 --health-cmd true --health-interval 5s --stop-signal SIGINT --stop-timeout 7 busybox true
$D create --name cf-made busybox
$D create --name 'bad name' busybox
$D inspect -f '{{json .Config.Labels}} {{.HostConfig.RestartPolicy}} {{json .Config.Healthcheck}} {{.Config.StopSignal}} {{.Config.StopTimeout}} {{json .HostConfig.PortBindings}}' cf-made
$D start cf-made
$D wait cf-made
$D rm -f cf-made`,
    cleanup: '$D rm -f cf-made cf-host',
  },
  {
    name: 'containers',
    setup: server,
    commands: `$D ps --filter name=cf-
$D ps -a --filter name=cf-
$D ps -a --no-trunc --filter name=cf-
$D ps -aq --filter name=cf-
$D ps -as --filter name=cf-
$D ps -a --format json --filter name=cf-web
$D ps --format 'table {{.ID}}\\t{{.Names}}\\t{{.Ports}}' --filter name=cf-
$D ps --format '{{.Names}} {{.Label "a"}} {{.Mounts}} {{.LocalVolumes}} {{.Networks}} {{.State}} {{.Command}} {{.Image}}' --filter name=cf-
$D ps --format '{{.Bogus}}' --filter name=cf-
$D ps -l --format '{{.Names}}'
$D ps --filter label=a=b --filter label=c --filter name=cf- --format '{{.Names}}'
$D ps -a --filter status=exited --filter exited=3 --filter name=cf- --format '{{.Names}}'
$D ps --filter publish=18281 --format '{{.Names}}'
$D ps --filter expose=80/tcp --filter name=cf- --format '{{.Names}}'
$D ps --filter volume=cf-data --format '{{.Names}}'
$D ps --filter network=bridge --filter name=cf- --format '{{.Names}}'
$D ps --filter ancestor=busybox --filter name=cf-web --format '{{.Names}}'
$D ps --filter health=none --filter name=cf-web --format '{{.Names}}'
$D ps --filter status=bogus
$D ps --filter exited=x
$D container ls -q --no-trunc --filter name=cf-web
$D logs cf-web
$D logs -t cf-done
$D logs --tail 1 cf-done
$D logs --tail 0 cf-web
$D logs --since 1h cf-web
$D logs --since 2100-01-01 cf-web
$D logs --since bogus cf-web
$D logs --details cf-web
$D logs -f cf-done
$D port cf-web
$D port cf-web 80/tcp
$D port cf-web 82/udp
$D port cf-web 82
$D port cf-done
$D top cf-web -o comm
$D top cf-done
$D diff cf-web | sort
$D diff cf-done
$D exec cf-web echo hi
$D exec cf-web sh -c 'echo out; echo err >&2; exit 7'
$D exec cf-web cf-no-such-program
$D exec -w /nope cf-web ls
$D exec -u cf-nobody cf-web ls
$D exec -e A=b cf-web sh -c 'echo $A $GREETING'
$D exec -it cf-web sh
$D exec -d cf-web true
$D exec cf-done ls
$D exec -u 1000:1000 cf-web id
$D exec --env-file /nope cf-web true
echo text | $D exec -i cf-web cat
$D exec -t cf-web tty
$D stats --no-stream --format '{{.Name}} {{.PIDs}}' cf-web
$D stats --no-stream --format '{{.Name}} {{.PIDs}}' cf-done
$D pause cf-web
$D ps --filter name=cf-web --format '{{.Names}} {{.State}}'
$D exec cf-web true
$D pause cf-web
$D unpause cf-web
$D unpause cf-web
$D update --cpus 0.5 --restart unless-stopped cf-web
$D inspect -f '{{.HostConfig.NanoCpus}} {{.HostConfig.RestartPolicy.Name}}' cf-web
$D update --memory 1 cf-web
$D rename cf-done cf-web
$D rename cf-done cf-done
$D rename cf-done 'bad name'
$D rename cf-done cf-over
$D rename cf-over cf-done
$D start cf-done cf-nope
$D start -a cf-done
$D kill cf-done
$D kill -s BOGUS cf-web
$D kill -s 0 cf-web
$D stop cf-nope cf-done
$D rm cf-web
$D run --name cf-web busybox true
$D run --rm -p 127.0.0.1:18281:81 busybox true #code the name of the holder is ours
$D restart -t 0 cf-web
$D stop -t 0 cf-web
$D wait cf-web cf-done
$D attach cf-web
$D start cf-web
$D kill cf-web
$D wait cf-web`,
    cleanup: removeServer,
  },
  {
    name: 'inspect and templates',
    setup: server,
    commands:
      [
        '.Bogus',
        '.State.Bogus',
        '.Config.Labels.a',
        '.Config.Labels.zz',
        'index .Config.Labels "a"',
        'index .Config.Labels "zz"',
        'json .State.Running',
        'json .Config.Labels',
        'json .NetworkSettings.Ports',
        'range .Mounts}}{{.Type}}:{{.Destination}} {{end',
        'range $k, $v := .NetworkSettings.Networks}}{{$k}} {{end',
        'range $p, $conf := .NetworkSettings.Ports}} {{$p}} -> {{(index $conf 0).HostPort}} {{end',
        '(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort',
        '.HostConfig.RestartPolicy.Name}} {{.HostConfig.Memory}} {{.HostConfig.Binds}} {{.HostConfig.Tmpfs',
        'len .Mounts}} {{len .Config.Env}} {{len .Name',
        'slice .Name 1 3}} {{printf "%.4s" .Name}} {{truncate .Name 5',
        'join .Config.Cmd ","}} {{join .Args " "',
        'title .State.Status}} {{upper .State.Status}} {{lower "ABC"',
        'if .State.Running}}up{{else}}down{{end',
        'with .State}}{{.Status}}{{end',
        'if and .State.Running (not .State.Paused)}}x{{end',
        'if eq .State.Status "running" "paused"}}x{{end',
        'if gt .State.Pid 1}}x{{end',
        'println .Name .State.Running',
        'print .State.Running .State.Paused "a" 1 2',
        'printf "%v %d %s %q %t %5d|%-5d|%05d %x" .State.Running .State.ExitCode .Name .Name true 1 2 3 255',
        'split .Path "/"}} {{index (split "a:b:c" ":") 1',
        'pad "x" 2 3}}|{{"',
        '.Config.Healthcheck}} {{.State.Health',
        '.Config.Image}} {{.Config.ExposedPorts}} {{.Config.Volumes',
        'range .Config.Env}}{{println .}}{{end',
        '$x := .Name}}{{$x}}{{$x = "y"}}{{$x',
        'range $i, $e := .Config.Cmd}}{{if $i}}, {{end}}{{$e}}{{end',
        'foo',
        'end',
        'if}}x{{end',
        'if true',
        'index .Config.Cmd 99',
        'len 3',
        'lower 3',
        '.Name.Foo',
        '"a" | printf "%s-%s" "b"',
        'html "<a>"}} {{urlquery "a b"}} {{js "a"',
        '.Name | lower | printf "%q"',
        '.Name}} {{/* c */}}{{- " trim" -}}  x{{"',
        '.SizeRw',
      ]
        .map((inside) => `$D inspect -f '{{${inside}}}' cf-web`)
        .join('\n') +
      `
$D inspect -f '{{.Name' cf-web
$D inspect -f '{{.Name}' cf-web
$D inspect cf-web cf-nope > /dev/null
$D inspect -f '{{.Name}}' cf-web cf-nope
$D inspect --type image cf-web
$D inspect --type container busybox
$D inspect --type volume -f '{{.Name}}' cf-data
$D inspect -f '{{.Name}}' cf-web cf-data
$D ps --format '{{json .Names}}' --filter name=cf-web
$D ps --format 'table {{.Names}}\\t{{.Label "a"}}' --filter name=cf-web
$D ps --format 'table {{upper .Names}}\\t{{json .Names}}' --filter name=cf-web
$D ps --format '{{.Names}} {{len .Names}} {{.Label}}' --filter name=cf-web
$D ps --format '{{.ID.X}}' --filter name=cf-web
$D ps -q --format '{{.Names}}' --filter name=cf-web`,
    cleanup: removeServer,
  },
  {
    name: 'images',
    setup:
      'mkdir -p "$TMP/context"; printf "FROM busybox\\nARG WHAT=world\\nRUN echo hello $WHAT > /greeting\\nCOPY file /file\\nENV A=b\\nEXPOSE 80\\nLABEL cf=1\\nCMD [\\"cat\\", \\"/greeting\\"]\\n" > "$TMP/context/Dockerfile"; echo text > "$TMP/context/file"; $D rmi -f cf-built cf-built:v1 cf-tagged cf-made cf-imported',
    commands: `DOCKER_BUILDKIT=0 $D build -t cf-built "$TMP/context" #code every builder has a progress of its own
$D run --rm cf-built
$D build --build-arg WHAT=you -q -t cf-built:v1 "$TMP/context" > /dev/null 2>&1; $D run --rm cf-built:v1
printf 'FROM busybox\\nRUN false\\n' | DOCKER_BUILDKIT=0 $D build - #code
printf 'FROM busybox\\nBOGUS x\\n' | DOCKER_BUILDKIT=0 $D build - #code
DOCKER_BUILDKIT=0 $D build /cf-nope #code
$D images cf-built | sort
$D images --format '{{.Repository}}:{{.Tag}}' --filter reference='cf-b*' | sort
$D images -q cf-built | wc -l
$D images --digests cf-built | sort
$D images --filter label=cf=1 --format '{{.Repository}}' | sort -u
$D image inspect -f '{{.Config.Cmd}} {{.Config.Env}} {{.Config.ExposedPorts}} {{json .Config.Labels}} {{.Os}}/{{.Architecture}} {{len .RootFS.Layers}}' cf-built
$D history --format '{{.Size}} {{.Comment}}' busybox
$D history -q busybox
$D history --no-trunc --format json busybox
$D tag busybox cf-tagged
$D tag busybox cf-tagged:v2
$D tag busybox UPPER
$D tag busybox a:b:c
$D rmi cf-tagged:v2
$D rmi cf-tagged cf-nope
$D save busybox | tar t | grep -c manifest.json
$D save -o "$TMP/two.tar" busybox cf-built
$D rmi cf-built #code the classic builder leaves images in between
$D load -i "$TMP/two.tar" | sort
$D load -q -i "$TMP/two.tar" | sort
$D load < "$TMP/two.tar" | sort
$D load -i /etc/passwd #code
$D load -i /cf-nope
$D save -o /cf-nope/x busybox
$D save -o /tmp busybox
$D run --name cf-source busybox sh -c 'echo changed > /changed'
$D diff cf-source
$D commit -m note -a me -c 'CMD ["cat", "/changed"]' -c 'ENV X=y' cf-source cf-made > /dev/null
$D run --rm cf-made
$D image inspect -f '{{.Comment}} {{.Author}} {{.Config.Env}}' cf-made
$D commit cf-source UPPER
$D export cf-source | tar t | grep -x changed
$D export -o /cf-nope/x cf-source
$D export cf-source | $D import -m note -c 'CMD ["cat", "/changed"]' - cf-imported > /dev/null
$D run --rm cf-imported
$D import /cf-nope
$D import - UPPER
$D rmi busybox-cf-nope
$D rmi -f cf-nope
$D create --name cf-user cf-made > /dev/null
$D rmi cf-made
$D rm cf-user > /dev/null; $D rmi cf-made > /dev/null
$D pull cf.invalid:5000/x #code
$D push cf-built:x:y
$D pull -a busybox:latest
$D image prune -f --filter label=cf-never`,
    cleanup: '$D rm -f cf-source cf-user; $D rmi -f cf-built cf-built:v1 cf-made cf-imported cf-tagged; $D image prune -f --filter label=cf=1',
  },
  {
    name: 'copy',
    setup:
      '$D run -d --name cf-copy busybox sleep 1000; mkdir -p "$TMP/tree/sub"; echo one > "$TMP/tree/one"; echo two > "$TMP/tree/sub/two"; ln -s one "$TMP/tree/link"; mkdir -p "$TMP/out"; $D exec cf-copy sh -c "mkdir -p /d/e; echo x > /d/e/f; ln -s f /d/e/l"',
    commands: `$D cp "$TMP/tree" cf-copy:/a
$D exec cf-copy sh -c 'cd /a && find . | sort; cat one sub/two link'
$D cp "$TMP/tree" cf-copy:/a
$D exec cf-copy sh -c 'cd /a && find . | sort'
$D cp "$TMP/tree/." cf-copy:/b
$D exec cf-copy sh -c 'mkdir /c'
$D cp "$TMP/tree/." cf-copy:/c
$D exec cf-copy sh -c 'cd /c && find . | sort'
$D cp "$TMP/tree/one" cf-copy:/c/renamed
$D exec cf-copy cat /c/renamed
$D cp "$TMP/tree/one" cf-copy:/c/
$D cp "$TMP/tree/one" cf-copy:/cf-nope/x
$D cp "$TMP/tree/one" cf-copy:/cf-nope/ #code Docker tells of a pipe of its own as well
$D cp "$TMP/tree" cf-copy:/etc/hosts
$D cp cf-copy:/d "$TMP/out/d"; cd "$TMP/out" && find d | sort
$D cp cf-copy:/d "$TMP/out/d"; cd "$TMP/out" && find d | sort
$D cp cf-copy:/d/. "$TMP/out"; cd "$TMP/out" && find e | sort
$D cp cf-copy:/d/e/f "$TMP/out/file"; cat "$TMP/out/file"
$D cp cf-copy:/d/e/l "$TMP/out/l"; readlink "$TMP/out/l"
$D cp -L cf-copy:/d/e/l "$TMP/out/followed"; cat "$TMP/out/followed"
$D cp cf-copy:/d/e/f "$TMP/cf-nope/x/y" #code paths of this run
$D cp cf-copy:/cf-nope "$TMP/out"
$D cp cf-copy:/d /etc/hosts
$D cp /cf-nope cf-copy:/d/x #code Docker writes the path with two slashes
$D cp cf-copy:/d - | tar t | sort
tar c -C "$TMP/tree" one | $D cp - cf-copy:/d/e
$D exec cf-copy cat /d/e/one
$D cp - cf-copy:/etc/hosts < /dev/null
$D stop -t 0 cf-copy
$D cp cf-copy:/d/e/f - | tar xO`,
    cleanup: '$D rm -f cf-copy',
  },
  {
    name: 'networks and volumes',
    setup: '$D network rm -f cf-net cf-two; $D volume rm -f cf-vol cf-vol2',
    commands: `$D network create cf-net > /dev/null
$D network create cf-net
$D network create --subnet bogus cf-two
$D network create --gateway 1.2.3.4 cf-two
$D network create -d bogus cf-two
$D network create host
$D network create --label k=v --internal --subnet 10.199.7.0/24 --gateway 10.199.7.9 --ip-range 10.199.7.128/25 --aux-address x=10.199.7.5 -o com.docker.network.driver.mtu=1400 cf-two > /dev/null
$D network inspect -f '{{json .IPAM.Config}} {{json .Options}} {{json .Labels}} {{.Internal}} {{.EnableIPv6}} {{.Scope}} {{.Driver}}' cf-two
$D network ls --filter name=cf-
$D network ls --filter name=cf- --format '{{.Name}} {{.Driver}} {{.Scope}} {{.IPv4}} {{.IPv6}} {{.Internal}} {{.Labels}}'
$D network ls --filter driver=host
$D network ls --filter label=k=v -q --no-trunc
$D network ls --filter bogus=x
$D run -d --name cf-a --network cf-net --network-alias alias busybox sleep 1000 > /dev/null
$D run --rm --network cf-net busybox sh -c 'nslookup alias 127.0.0.11 | grep -c Name; ping -c 1 cf-a | grep -c "1 packets received"'
$D network connect --alias other --ip 10.199.7.200 cf-two cf-a
$D inspect -f '{{range $k, $v := .NetworkSettings.Networks}}{{$k}} {{with $v.IPAMConfig}}{{.IPv4Address}}{{end}} {{end}}' cf-a
$D inspect -f '{{(index .NetworkSettings.Networks "cf-two").IPAddress}} {{(index .NetworkSettings.Networks "cf-two").Aliases}}' cf-a
$D network connect cf-two cf-a
$D network connect --ip 1.2.3.4 cf-net cf-nope
$D network inspect -f '{{range .Containers}}{{.Name}}{{end}}' cf-net
$D network rm cf-net
$D network disconnect cf-two cf-a
$D network disconnect cf-two cf-a
$D network rm host
$D network rm bridge cf-nope
$D rm -f cf-a
$D network prune -f --filter label=k=v
$D network rm cf-net
$D volume create cf-vol
$D volume create --label x=y -d local -o type=tmpfs -o device=tmpfs -o o=size=1m cf-vol2
$D volume create -d bogus cf-three
$D volume create --opt bogus=1 cf-three
$D volume create 'bad name'
$D volume ls --filter name=cf-vol
$D volume ls -q --filter name=cf-vol
$D volume ls --filter dangling=true --filter name=cf-vol2 --format '{{.Name}} {{.Label "x"}} {{.Driver}} {{.Scope}}'
$D volume ls --filter bogus=x
$D volume inspect -f '{{.Name}} {{.Labels}} {{.Options}} {{.Scope}} {{.Driver}}' cf-vol2
$D run --rm -v cf-vol:/v busybox sh -c 'echo kept > /v/f'
$D run --rm -v cf-vol:/v:ro busybox sh -c 'cat /v/f; touch /v/x'
$D run --name cf-holder -v cf-vol:/v -v /anonymous busybox true
$D volume rm cf-vol
$D inspect -f '{{range .Mounts}}{{println .Type .Destination .RW}}{{end}}' cf-holder | sort
$D rm -v cf-holder
$D volume rm cf-vol
$D volume rm -f cf-nope
$D volume prune -f --filter label=cf-never
$D volume prune -a -f --filter label=x=y`,
    cleanup: '$D rm -f cf-a cf-holder; $D network rm -f cf-net cf-two; $D volume rm -f cf-vol cf-vol2',
  },
  {
    name: 'the engine',
    setup: server,
    commands: `sleep 1.1; $D events --since 1h --until 0s --filter container=$($D ps -aqf name=cf-done) --filter event=create
$D events --since 1h --until 0s --filter container=$($D ps -aqf name=cf-done) --format '{{.Action}}'
$D events --since 1h --until 0s --filter container=$($D ps -aqf name=cf-done) --filter event=die --format '{{.Type}} {{.Action}} {{.Actor.Attributes.exitCode}} {{.Actor.Attributes.name}}'
$D version --format '{{.Server.Os}} {{.Server.APIVersion}} {{.Server.MinAPIVersion}}'
$D version -f '{{.Client.Os}} {{.Client.Context}}'
$D info -f '{{.OSType}} {{.LoggingDriver}} {{.Swarm.LocalNodeState}} {{.NCPU}} {{.MemTotal}}'
$D info > /dev/null
$D version > /dev/null
$D system df --format '{{.Type}}'
$D system df --format 'table {{.Type}}' | head -n 1
$D system df -v > /dev/null
$D system df x
$D events --since bogus
$D container prune -f --filter label=cf-never
$D system prune -f --filter label=cf-never > /dev/null
echo n | $D container prune --filter label=cf-never #code ours lists first what would go
$D context show
$D context inspect cf-nope #code paths of this run
$D context create default
$D context create 'a b'
$D login -u a --password-stdin < /dev/null
$D login -p x --password-stdin
$D logout cf.invalid
$D search --limit 1000 x #code there is no hub to search in
$D ps --help > /dev/null
$D help > /dev/null
$D --version > /dev/null`,
    cleanup: removeServer,
  },
];
