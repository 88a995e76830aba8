# probe.pl FOLDER: tries what the sandbox of the services is there to refuse, and tells what is allowed, a word a line.
# The folder is one that everybody may write to. It is for the service's user: what any user is refused proves nothing.
use strict;
use warnings;
use Fcntl;
use POSIX ();
use Socket;

# Numbers of system calls: mmap, mprotect, unshare, personality.
my %calls = (x86_64 => [9, 10, 272, 135], aarch64 => [222, 226, 97, 92]);
my $machine = (POSIX::uname())[4];
my ($mmap, $mprotect, $unshare, $personality) = @{$calls{$machine} || die "no numbers for $machine\n"};
my ($read, $write, $execute, $private_anonymous, $new_user) = (1, 2, 4, 0x22, 0x10000000);

sub try { my ($what, $is_allowed) = @_; print "$what\n" if $is_allowed; }

sub map_memory { return syscall($mmap, 0, 4096, $_[0], $private_anonymous, -1, 0); }

my $file = "$ARGV[0]/written";
try("write", sysopen(my $out, $file, O_WRONLY | O_CREAT | O_TRUNC));
try("home", opendir(my $home, "/home"));
try("device", -e "/dev/spare");
try("process", -d "/proc/1");
try("kernel", -e "/proc/version");
try("write-execute", map_memory($read | $write | $execute) != -1);
my $memory = map_memory($read | $write);
try("make-executable", syscall($mprotect, $memory, 4096, $read | $execute) == 0);
try("namespace", syscall($unshare, $new_user) == 0);
try("personality", syscall($personality, 0x0040000) != -1);
try("netlink", socket(my $netlink, 16, SOCK_RAW, 0));
try("nice", defined POSIX::nice(1));
try("suid", sysopen(my $own, "/tmp/suid", O_WRONLY | O_CREAT) && chmod(04755, "/tmp/suid"));
