/** Two Perl programs, since node sends and waits through its event loop, which takes longer than the way itself. Perl is where ferm is. */

/** Answers what comes to any of its arguments, `address:port`, from there. Says `here` once it listens. */
export const ECHO = String.raw`
  use strict; use Socket;
  my ($waiting, @sockets) = ("");
  for (@ARGV) {
    my ($address, $port) = split /:/;
    socket(my $socket, PF_INET, SOCK_DGRAM, 0) or die "socket: $!";
    bind($socket, pack_sockaddr_in($port, inet_aton($address))) or die "bind $_: $!";
    $sockets[fileno $socket] = $socket;
    vec($waiting, fileno $socket, 1) = 1;
  }
  $| = 1; print "here\n";
  while (select(my $ready = $waiting, undef, undef, undef) > 0) {
    my $socket = $sockets[index(unpack("b*", $ready), "1")];
    my $from = recv($socket, my $data, 64, 0);
    send($socket, $data, 0, $from) if defined $from;
  }
`;

/** `COUNT ADDRESS:PORT…`: asks each in turn from a new socket, and says how many seconds each answer took. */
export const ASK = String.raw`
  use strict; use Socket; use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);
  my ($count, @targets) = @ARGV;
  my @to = map { my ($address, $port) = split /:/; pack_sockaddr_in($port, inet_aton($address)) } @targets;
  alarm 60;
  for my $turn (0 .. $count - 1) {
    socket(my $socket, PF_INET, SOCK_DGRAM, 0) or die "socket: $!";
    my $start = clock_gettime(CLOCK_MONOTONIC);
    send($socket, "x", 0, $to[$turn % @to]) or die "send: $!";
    defined recv($socket, my $data, 64, 0) or die "recv: $!";
    printf "%.9f\n", clock_gettime(CLOCK_MONOTONIC) - $start;
  }
`;
