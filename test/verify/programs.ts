/** Programs in which many statements meet, beside the golden ones. */
const TWO = (settings: string): string => `
cluster { pods 10.244.0.0/16, fd00:244::/48; services 10.96.0.0/12, fd00:96::/108; ${settings} }
node node1 192.168.100.100, fd00:100::100 dev ens33 pods 10.244.1.0/24, fd00:244:0:1::/64
node node2 192.168.100.101, fd00:100::101 dev ens33 pods 10.244.2.0/24, fd00:244:0:2::/64
node node3 192.168.100.102, fd00:100::102 dev eth0 pods 10.244.3.0/24, fd00:244:0:3::/64
pod a 10.244.1.10, fd00:244:0:1::10 on node1
pod b 10.244.1.11, fd00:244:0:1::11 on node1
pod c 10.244.2.10, fd00:244:0:2::10 on node2
pod d fd00:244:0:2::11 on node2
hairpin a, c
`;

const SERVICES = `
service whole 10.96.0.1, fd00:96::1 -> a, c
service web 10.96.0.2, fd00:96::2 {
  80 nodeport 30080 -> a:8080 weight 3, b:8080, c weight 0, 192.0.2.7:80
  53/udp nodeport 30053 -> 198.51.100.77:5353 weight 2, 192.168.100.101, [fd00:100::101]:54
  8000-8003 nodeport 31000-31003 -> a:9000-9003, c
  81 nodeport 30081 -> none
  82 nodeport 30082 -> c weight 0
  icmp -> b
  affinity client 3h
  external 198.51.100.10, 2001:db8:1::10
  loadbalancer 198.51.100.11, 2001:db8:1::11 from 203.0.113.0/24, 10.244.2.0/24
}
service kept 10.96.0.3, fd00:96::3 {
  80 nodeport 30180 -> c
  443 nodeport 30443 -> a, c, 10.244.3.9
  9 -> b weight 0
  external 198.51.100.20, 192.168.100.100
  loadbalancer 198.51.100.21, 2001:db8:1::21 from 203.0.113.0/25
  internal local
  external-traffic local
}
service atpod 10.96.0.4 { 25 -> a; 26 -> none; external 10.244.1.11 }
`;

const POLICY = `
group front = a, node1, 203.0.113.0/24
allow front -> web:80, kept
deny 203.0.113.0/28 -> node1, 198.51.100.10:80 log "edge"
reject any:53/udp -> b
allow pods:40000 -> 192.168.100.0/24
deny nodes -> services
reject 10.244.1.0/24 -> whole
allow node2 -> any:8080
deny d -> nodes:30053/udp
reject any -> 10.244.1.8/29:8080, 10.244.2.10
allow 198.51.100.0/24 -> 192.168.100.100/30:30080
default reject any -> node2:icmp, b, c
default deny 203.0.113.5, 192.0.2.0/24 -> pods
default allow any -> services log
default deny any -> any:22
`;

const LEAVING = `
masquerade pods except 192.0.2.0/24, node2
masquerade 10.244.1.0/24, 203.0.113.0/24 except 192.0.2.128/25
snat 10.244.1.0/24 to 192.168.100.100 except 198.51.100.0/24
snat b to 192.168.100.7 except 192.0.2.1
snat fd00:244:0:1::/64 to fd00:100::100
mark pods -> any 1
mark a, node1 -> web:80, node2 0x10/0xff
mark 10.244.1.8/29 -> services 3
mark any -> 203.0.113.0/24:443 4
`;

const whole = (settings: string): string => TWO(settings) + SERVICES + POLICY + LEAVING;

export const MIXED: Readonly<Record<string, string>> = {
  "nodeports primary": whole("network host-gw"),
  "nodeports all": whole("nodeports all"),
  "nodeports in ranges": whole("nodeports 10.0.0.0/8, 192.168.100.0/25, 112.0.0.0/4, fd00:100::/64"),
  "nodeports in ranges without nodes": whole("nodeports 10.0.0.0/8"),
  vxlan: whole("network vxlan"),
  "vxlan, nodeports all": whole("network vxlan; nodeports all"),
  "no ranges": whole("network none")
    .replace("services 10.96.0.0/12, fd00:96::/108;", "")
    .replace("pods 10.244.0.0/16, fd00:244::/48;", "")
    .replaceAll(/ pods 10\.244\.[\d.]+\/24(, [\w:]+\/64)?/g, ""),
};
