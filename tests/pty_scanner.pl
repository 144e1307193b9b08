#!/usr/bin/env perl
# A serial scanner without hardware: a pseudo terminal. Writes its device's name into FILE, then sends what it reads from
# standard input. Ends with it.
use strict;
use warnings;

my $file = shift;
open my $scanner, '+<', '/dev/ptmx' or die "$!";
my $unlocked = pack 'i', 0;
ioctl $scanner, 0x40045431, $unlocked or die "TIOCSPTLCK: $!";
my $number = pack 'i', 0;
ioctl $scanner, 0x80045430, $number or die "TIOCGPTN: $!";
my $device = '/dev/pts/' . unpack 'i', $number;
open my $held, '+<', $device or die "$!"; # no hang-up while nobody listens
open my $name, '>', "$file.new" or die;
print $name "$device\n";
close $name;
rename "$file.new", $file;
syswrite $scanner, $_ while <STDIN>;
