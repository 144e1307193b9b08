#!/usr/bin/env perl
# A label printer on loopback: zpl_printer.pl FOLDER. Writes its port into FOLDER/port, each label into FOLDER/label-N, and
# answers ~HS: without paper while there is a file FOLDER/no-paper. Ends with its standard input.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;

my $folder = shift;
my $server = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1', Proto => 'tcp') or die "$!";
open my $port, '>', "$folder/port.new" or die;
print $port $server->sockport, "\n";
close $port;
rename "$folder/port.new", "$folder/port";
my ($select, $count, %heard) = (IO::Select->new($server, \*STDIN), 0);

sub status {
	my $out = -e "$folder/no-paper" ? 1 : 0;
	return "\x02030,$out,0,1245,000,0,0,0,000,0,0,0\x03\r\n"
		. "\x02001,0,0,0,1,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n";
}

sub take {
	my ($visitor) = @_;
	while ($heard{$visitor} =~ s/^(.*?)(~HS\r\n|\^XZ)//s) {
		if ($2 eq "^XZ") {
			open my $label, '>', sprintf("%s/label-%d", $folder, ++$count) or die;
			print $label $1, $2;
			close $label;
		} else {
			$visitor->syswrite(status());
		}
	}
}

while (1) {
	for my $ready ($select->can_read) {
		exit if $ready == \*STDIN;
		if ($ready == $server) {
			my $visitor = $server->accept or next;
			$heard{$visitor} = '';
			$select->add($visitor);
		} elsif (sysread $ready, my $bytes, 4096) {
			$heard{$ready} .= $bytes;
			take($ready);
		} else {
			$select->remove($ready);
			close $ready;
		}
	}
}
