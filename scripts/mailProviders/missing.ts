/** Domains in a text, separated by space. */
const domains = (text: string): string[] => text.trim().split(/\s+/)

/** Public providers that are missing in the packages' lists. */
export const missingProviders: readonly string[] = [
  // Public providers.
  ...domains(`
  aktivix.org autistici.org clix.pt countermail.com criptext.com ctemplar.com cyberfear.com danwin1210.de
  dismail.de disroot.org duck.com ecloud.global elude.in fastmail.com gmail.de gmail.sk hey.com
  internet.ru inventati.org kakao.com keemail.me kolabnow.com librem.one mailbox.org mailo.net murena.io
  netcabo.pt onionmail.org onmail.com polarismail.net proximus.be qq.cn riseup.net runbox.no skiff.com
  skiff.org soverin.net startmail.com sympatico.ca systemli.org telus.net tuta.com tuta.io tutamail.com
  tutanota.com vodafone.de vodafone.it xfinity.com xmpp.jp zaclys.net zohomail.com zohomail.eu zohomail.in
  zoznam.sk
  `),
  // Internet and telephone providers: Europe.
  ...domains(`
  9online.fr a1.net alice.de altibox.no amis.net aruba.it bahnhof.se base.be bbox.fr broadpark.no
  buziaczek.pl caiway.nl cegetel.net chello.at chello.hu clicknet.ro comhem.se delfi.ee delfi.lt
  digikabel.hu dir.bg dlgtele.dk drei.at euskalnet.net euskaltel.net ewe.net ewetel.net freesurf.ch
  frisurf.no gbg.bg get2net.dk getmail.no giallo.it glocalnet.net hccnet.nl htp-tel.de in.gr inbox.ee
  inet.hr inode.at invitel.hu iol.ie jazzfree.com kabsi.at liwest.at lyse.net magenta.de mail.lt meo.pt
  mnet-mail.de mnet-online.de movistar.es mts.rs mundo-r.com neostrada.pl net.hr neti.ee netplus.ch
  netvisao.pt nos.pt o2mail.de o2online.de ofir.dk one.lt one.lv online.ee open.telekom.rs orangemail.sk
  osnanet.de passagen.se plus.net ptt.rs quick.cz quickline.ch rdslink.ro romandie.com saunalahti.fi
  scarlet.be simnet.is siol.net stofanet.dk stonline.sk sunrise.ch supanet.com swipnet.se t-2.net t-com.hr
  takas.lt tdcadsl.dk tele2.at tele2.no tele2.se telecable.es telemach.net tiscali.cz upcmail.cz
  upcmail.hu utanet.at versanet.de vip.hr vodafonemail.de vortex.is vtxmail.ch wanadoo.nl webspeed.dk
  welho.com ya.com yousee.dk zebra.lt
  `),
  // Russia, Ukraine, Turkey, Israel, Asia and Oceania.
  ...domains(`
  012.net.il 013.net 263.net airtelmail.in au.com bezeqint.net biglobe.ne.jp bsnl.in cbn.net.id
  chinaren.com chol.com dataone.in dion.ne.jp disney.ne.jp dreamwiz.com e-kolay.net eonet.ne.jp fpt.vn
  goo.jp goo.ne.jp hanmir.com hinet.net hkbn.net i-cable.com ihug.co.nz indo.net.id livedoor.com mail.kz
  mtnl.net.in narod.ru nifty.com odn.ne.jp online.ua open.by orcon.net.nz pacific.net.sg paran.com
  pchome.com.tw plala.or.jp pldtdsl.net rakuten.jp seed.net.tw snap.net.nz so-net.ne.jp so-net.net.tw
  starhub.net.sg streamyx.com superonline.com tm.net.my ttmail.com ttnet.net.tr turk.net ukrpost.ua
  uqmobile.jp url.com.tw viettel.vn vip.163.com vodafone.co.nz voliacable.com vsnl.com vsnl.net wo.cn
  xmail.ru ymobile.ne.jp
  `),
  // Africa and America.
  ...domains(`
  absamail.co.za brighthouse.com comcast.com cybersmart.co.za etb.net.co execulink.com flash.net
  infinitummail.com localnet.com manquehue.net mediacombb.net metrocast.net mts.net mymts.net
  nl.rogers.com nvbell.net polka.co.za pop.com.br primus.ca sasktel.net sinectis.com.ar spectrum.net
  teksavvy.com telmexmail.com terra.com.mx tie.cl une.net.co uolsinectis.com.ar vera.com.uy vodamail.co.za
  vtr.net wans.net
  `),
  // Aliases that forward to a mailbox elsewhere.
  ...domains(`
  addy.io anonaddy.com anonaddy.me mozmail.com passinbox.com passmail.net privaterelay.appleid.com
  simplelogin.com simplelogin.io slmail.me users.noreply.github.com
  `),
]

/** Not public providers, although the lists contain them: test domains (RFC 2606) and domains of one organisation. */
export const noProviders: readonly string[] = domains(`
  att.com dell.com example.com stanford.edu test.com total.com twitter.com verizon.com
`)
