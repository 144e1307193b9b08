#!/usr/bin/env perl
# make check: runs every test program and script under TAP::Harness, several at once, and ends with the
# one line that counts them all: "N passed, N failed, N skipped".
#
# B is the build folder. Names of tests as arguments run only those. JOBS is how many run at once; else three
# a core: most of them wait for a board's time or a child, not for the processor.
#
# Those that tests/longest.txt names begin first, so that none of them is alone at the end. Before the count
# come the ten that took longest, by the clock and by the processor: what is worth making faster, and whether
# it waits or works.
use strict;
use warnings;
use Cwd;
use File::Temp;
use TAP::Harness;
use Time::HiRes;

# "check.pl --timed FILE COMMAND...": runs it, and says in the file what it took, in seconds.
if (@ARGV && $ARGV[0] eq '--timed') {
	my (undef, $file, @command) = @ARGV;
	my $begin = Time::HiRes::time();
	my $status = system { $command[0] } @command;
	my (undef, undef, $user, $system) = times;
	open(my $out, '>', $file) or die "$file: $!\n";
	printf $out "%.2f %.2f\n", Time::HiRes::time() - $begin, $user + $system;
	kill $status & 127, $$ if $status & 127;
	exit($status >> 8);
}

$ENV{LSAN_OPTIONS} //= 'suppressions=' . getcwd . '/tests/lsan.txt:print_suppressions=0';
my $build = $ENV{B} or die "B (the build folder) is not set\n";
my $jobs = $ENV{JOBS} || do { my $n = `nproc`; 3 * ($n + 0 || 2) };
# A program whose source is gone is left from an earlier build.
my @programs = grep { -x } map { m{([^/]+)\.c$} ? "$build/tests/$1" : () } glob('tests/test_*.c');
my @tests = (@programs, glob('tests/run_*.sh'));
if (@ARGV) {
	my $wanted = join '|', map { quotemeta } @ARGV;
	@tests = grep { /$wanted/ } @tests;
}
@tests or die "no test matches\n";

# Stable: those with no place in the list keep the order of their names.
my %place;
open(my $longest, '<', 'tests/longest.txt') or die "tests/longest.txt: $!\n";
while (<$longest>) { $place{$1} = $. if /^([^#\s]+)/ }
sub name { $_[0] =~ m{([^/]+)$}; return $1 }
@tests = sort { ($place{name($a)} // 1e9) <=> ($place{name($b)} // 1e9) } @tests;

# A program of GLib's test framework speaks TAP when asked to; a script always does.
# What tests draw by chance is the same each time; SEED=... makes it something else, and is printed.
my $times = File::Temp->newdir;
my $seed = $ENV{SEED} || 'R02S' . '0123456789abcdef' x 2;
sub command {
	my ($harness, $test) = @_;
	my @timed = ($^X, $0, '--timed', "$times/" . name($test));
	return [@timed, 'bash', $test] if $test =~ /\.sh$/;
	return [@timed, $test, '--tap', "--seed=$seed"];
}

# GLib bails out of a program at its first failed assertion: that ends this program, not all the others.
{
	no warnings qw(redefine once);
	*TAP::Harness::_bailout = sub { };
}

my $harness = TAP::Harness->new({
	jobs => $jobs, merge => 0, exec => \&command, verbosity => $ENV{VERBOSE} ? 1 : 0, failures => 1,
	timer => 1,
});
my $sum = $harness->runtests(@tests);

my %took;
for my $test (map { name($_) } @tests) {
	open(my $in, '<', "$times/$test") or next;
	$took{$test} = [split ' ', <$in> // '0 0'];
}
my @slowest = sort { $took{$b}[0] <=> $took{$a}[0] || $a cmp $b } keys %took;
my ($wall, $cpu) = (0, 0);
for (values %took) { $wall += $_->[0]; $cpu += $_->[1] }
my $shown = $ENV{SLOWEST} || 10;
splice @slowest, $shown if @slowest > $shown;
printf "%7s %7s  slowest of %d, in seconds; $jobs at once, all together %.0f s of the clock, %.0f s of the processor\n",
	'clock', 'cpu', scalar @tests, $wall, $cpu;
printf "%7.1f %7.1f  %s\n", @{$took{$_}}, $_ for @slowest;

my $failed = $sum->failed;
# A program that died, or said too little, failed something that it did not get round to count.
for my $parser ($sum->parsers) {
	next if $parser->failed || !($parser->exit || $parser->parse_errors);
	$failed++;
}
printf "%d passed, %d failed, %d skipped\n", $sum->passed - $sum->skipped, $failed, scalar $sum->skipped;
exit($failed ? 1 : 0);
