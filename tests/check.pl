#!/usr/bin/env perl
# make check: runs every test program and script under TAP::Harness, several at once, and ends with the
# one line that counts them all: "N passed, N failed, N skipped".
#
# B is the build folder. Names of tests as arguments run only those.
use strict;
use warnings;
use TAP::Harness;

my $build = $ENV{B} or die "B (the build folder) is not set\n";
my $jobs = $ENV{JOBS} || do { my $n = `nproc`; $n + 0 || 2 };
# A program whose source is gone is left from an earlier build.
my @programs = grep { -x } map { m{([^/]+)\.c$} ? "$build/tests/$1" : () } glob('tests/test_*.c');
my @tests = (@programs, glob('tests/run_*.sh'));
if (@ARGV) {
	my $wanted = join '|', map { quotemeta } @ARGV;
	@tests = grep { /$wanted/ } @tests;
}
@tests or die "no test matches\n";

# A program of GLib's test framework speaks TAP when asked to; a script always does.
# What tests draw by chance is the same each time; SEED=... makes it something else, and is printed.
my $seed = $ENV{SEED} || 'R02S' . '0123456789abcdef' x 2;
sub command {
	my ($harness, $test) = @_;
	return ['bash', $test] if $test =~ /\.sh$/;
	return [$test, '--tap', "--seed=$seed"];
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

my $failed = $sum->failed;
# A program that died, or said too little, failed something that it did not get round to count.
for my $parser ($sum->parsers) {
	next if $parser->failed || !($parser->exit || $parser->parse_errors);
	$failed++;
}
printf "%d passed, %d failed, %d skipped\n", $sum->passed - $sum->skipped, $failed, scalar $sum->skipped;
exit($failed ? 1 : 0);
