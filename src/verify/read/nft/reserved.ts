/**
 * Words that nft's scanner takes for its own. 154 of them are so everywhere, and no chain, set, map or variable of that name is loaded;
 * `ll` and `nh` are so behind `@`; the rest is so behind some other word (`saddr` behind `ip`), and which one differs between versions.
 * Names that begin with a digit (`1s`, `0x10`) are none at all.
 */
export const RESERVED: ReadonlySet<string> = new Set(
  `
    a-rwnd abort accept ackseq add addr ah all and arp asconf asconf-ack auto-merge avgpkt bridge burst bypass bytes cfi cgroup cgroupv2
    chain chains check checksum chunk classid code comment comp constant continue cookie-ack cookie-echo count counter counters cpi cpu
    create csumcov ct cum-tsn-ack cwr daddr data day dccp define dei delete describe destroy device devices direction dnat doff dport drop
    dscp dst dup dynamic echo ecn ecne element elements eol eq error esp ether event exists expectation expiration expires export exthdr
    fanout fastopen fib flags flow flowlabel flowtable flowtables flush forward-tsn frag frag-off fully-random fwd gateway gc-interval ge
    geneve get goto gre gretap group gt handle hbh hdrlength heartbeat heartbeat-ack helper helpers hlen hook hooks hoplimit hour htype
    ibriport ibrname icmp icmpv6 icmpx id igmp iif iifgroup iifname iiftype import in inc include index inet init init-ack init-tag
    initial-tsn insert interval ip ip6 ipsec jhash json jump l3proto label last last-entry le left length level limit limits list ll log
    lowest-tsn lshift lsrr lt map maps mark masquerade max-delay maxseg md5sig memory meta meter meters mh minute missing mod monitor
    more-fragments mptcp mrt mss mtu name ne netdev never new-cum-tsn nexthdr nexthop nftrace nh noop nop not notrack num num-dup-tsns
    num-gap-ack-blocks num-inbound-streams num-outbound-streams numgen obriport obrname offload offset oif oifgroup oifname oiftype
    operation option options or original osf out over packets param-problem pcp performance persistent pkttype plen policy port position
    ppid prefix priority proto-dst proto-src protocol ptr ptype queue queue-threshold quota quotas ra random rate redefine redirect reject
    rename replace reply reqid reserved reserved2 reset return right rr rshift rt rt0 rt2 rtclassid rule rules ruleset sack sack-perm
    sack-permitted sack0 sack1 sack2 sack3 saddr sctp secmark secmarks second seed seg-left seqno sequence set sets shutdown shutdown-ack
    shutdown-complete sid size skgid skuid snaplen snat socket spi spnum sport srh ssn ssrr state status stream subtype symhash synproxy
    synproxys table tables taddr tag tcp th time timeout timestamp to tproxy trace transparent tsecr tsn tsval ttl tunnel tunnels type
    typeof udp udplite undefine until update urgptr used value version vlan vm vmap vni vtag vxlan week wildcard window with wscale xml
    xor xt zone
  `
    .trim()
    .split(/\s+/),
);
