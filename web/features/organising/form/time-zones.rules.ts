/** The time zones of the form: named as they are today, and found by old names, countries, big cities and what their clocks are called. */

export type ZoneOption = { value: string; label: string; offset: string }

/** Browsers list some zones by names that IANA has replaced. */
const NEW_NAMES: Record<string, string> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
}

/** What people may type beside the names. */
const WORDS: Record<string, string> = {
  UTC: 'GMT universal Greenwich',
  'Africa/Cairo': 'Egypt Alexandria Giza',
  'Africa/Casablanca': 'Morocco Marrakesh Rabat Fes Agadir',
  'Africa/Johannesburg': 'South Africa Cape Town Durban Pretoria SAST',
  'Africa/Lagos': 'Nigeria Abuja West Africa Time',
  'Africa/Nairobi': 'Kenya Mombasa East Africa Time',
  'America/Anchorage': 'Alaska Time Juneau AKST',
  'America/Argentina/Buenos_Aires': 'Argentina La Plata',
  'America/Bogota': 'Colombia Medellin Cali Cartagena',
  'America/Chicago':
    'USA United States Central Time CST CDT Houston Dallas Austin San Antonio New Orleans Memphis Nashville Minneapolis Milwaukee St Louis Kansas City Oklahoma City US/Central',
  'America/Costa_Rica': 'San Jose Nosara',
  'America/Denver':
    'USA United States Mountain Time MST MDT Salt Lake City Colorado Springs Albuquerque Santa Fe Boise US/Mountain',
  'America/Halifax': 'Canada Atlantic Time Nova Scotia AST',
  'America/Lima': 'Peru Cusco Arequipa',
  'America/Los_Angeles':
    'USA United States Pacific Time PST PDT California San Francisco San Diego San Jose Oakland Sacramento Seattle Portland Las Vegas US/Pacific',
  'America/Mexico_City': 'Mexico Guadalajara Puebla Oaxaca Monterrey',
  'America/New_York':
    'USA United States Eastern Time EST EDT Boston Washington DC Philadelphia Miami Atlanta Orlando Tampa Charlotte Baltimore Pittsburgh Cleveland Columbus Brooklyn US/Eastern',
  'America/Phoenix': 'USA United States Arizona Tucson Sedona Scottsdale MST',
  'America/Santiago': 'Chile Valparaiso',
  'America/Sao_Paulo': 'Brazil Brasilia Rio de Janeiro Belo Horizonte Curitiba Porto Alegre Florianopolis',
  'America/Toronto': 'Canada Ottawa Montreal Quebec Hamilton Eastern Time EST EDT',
  'America/Vancouver': 'Canada Victoria British Columbia Pacific Time PST PDT',
  'America/Edmonton': 'Canada Calgary Alberta Banff Mountain Time',
  'Asia/Bangkok': 'Thailand Chiang Mai Phuket Koh Phangan Koh Samui',
  'Asia/Colombo': 'Sri Lanka Kandy',
  'Asia/Dhaka': 'Bangladesh Chittagong',
  'Asia/Dubai': 'United Arab Emirates UAE Abu Dhabi Sharjah Gulf Time',
  'Asia/Ho_Chi_Minh': 'Vietnam Hanoi Da Nang',
  'Asia/Hong_Kong': 'HKT Kowloon',
  'Asia/Jakarta': 'Indonesia Bandung Yogyakarta Surabaya WIB',
  'Asia/Jerusalem': 'Israel Tel Aviv Haifa',
  'Asia/Karachi': 'Pakistan Lahore Islamabad',
  'Asia/Kathmandu': 'Nepal Pokhara',
  'Asia/Kolkata':
    'India IST Delhi New Delhi Mumbai Bombay Bangalore Bengaluru Chennai Madras Hyderabad Pune Ahmedabad Jaipur Goa Rishikesh Mysore Kochi Varanasi',
  'Asia/Kuala_Lumpur': 'Malaysia Penang',
  'Asia/Makassar': 'Indonesia Bali Denpasar Ubud Canggu Lombok WITA',
  'Asia/Manila': 'Philippines Cebu Quezon City Davao',
  'Asia/Riyadh': 'Saudi Arabia Jeddah Mecca Medina',
  'Asia/Seoul': 'South Korea Busan Incheon KST',
  'Asia/Shanghai': 'China Beijing Peking Shenzhen Guangzhou Chengdu Hangzhou Wuhan Nanjing Tianjin',
  'Asia/Singapore': 'SGT',
  'Asia/Taipei': 'Taiwan Kaohsiung',
  'Asia/Tehran': 'Iran Isfahan Shiraz',
  'Asia/Tokyo': 'Japan Osaka Kyoto Yokohama Nagoya Sapporo Fukuoka JST',
  'Asia/Yangon': 'Myanmar Burma Mandalay',
  'Atlantic/Canary': 'Spain Tenerife Gran Canaria Las Palmas Lanzarote Fuerteventura La Palma',
  'Atlantic/Reykjavik': 'Iceland',
  'Australia/Adelaide': 'South Australia ACST',
  'Australia/Brisbane': 'Queensland Gold Coast Byron Cairns AEST',
  'Australia/Melbourne': 'Victoria Geelong AEST AEDT',
  'Australia/Perth': 'Western Australia Fremantle AWST',
  'Australia/Sydney': 'New South Wales Canberra Newcastle Byron Bay AEST AEDT',
  'Europe/Amsterdam': 'Netherlands Holland Rotterdam The Hague Den Haag Utrecht Eindhoven CET CEST',
  'Europe/Athens': 'Greece Thessaloniki Crete Corfu EET EEST',
  'Europe/Belgrade': 'Serbia Novi Sad CET',
  'Europe/Berlin':
    'Germany Deutschland Munich München Hamburg Cologne Köln Frankfurt Stuttgart Düsseldorf Dusseldorf Leipzig Dresden Nuremberg Nürnberg Hannover Bremen Freiburg Central European Time CET CEST MEZ',
  'Europe/Bratislava': 'Slovakia Kosice CET',
  'Europe/Brussels': 'Belgium Antwerp Ghent Gent Bruges Liege CET CEST',
  'Europe/Bucharest': 'Romania Cluj Timisoara EET',
  'Europe/Budapest': 'Hungary Debrecen CET CEST',
  'Europe/Copenhagen': 'Denmark Aarhus Odense CET CEST',
  'Europe/Dublin': 'Ireland Cork Galway Limerick',
  'Europe/Helsinki': 'Finland Tampere Turku Espoo EET EEST',
  'Europe/Istanbul': 'Turkey Türkiye Ankara Izmir Antalya Constantinople',
  'Europe/Kyiv': 'Ukraine Kharkiv Lviv Odesa Odessa EET EEST',
  'Europe/Lisbon': 'Portugal Porto Lagos Faro Algarve Sintra WET WEST',
  'Europe/Ljubljana': 'Slovenia Maribor CET',
  'Europe/London':
    'United Kingdom UK Great Britain England Scotland Wales Manchester Birmingham Edinburgh Glasgow Liverpool Bristol Leeds Brighton Cardiff Belfast GMT BST',
  'Europe/Madrid':
    'Spain Barcelona Valencia Seville Sevilla Malaga Bilbao Zaragoza Mallorca Ibiza Palma CET CEST',
  'Europe/Moscow': 'Russia St Petersburg MSK',
  'Europe/Oslo': 'Norway Bergen Trondheim Stavanger CET CEST',
  'Europe/Paris':
    'France Lyon Marseille Toulouse Nice Bordeaux Nantes Strasbourg Lille Montpellier Corsica CET CEST',
  'Europe/Prague': 'Czech Republic Czechia Brno CET CEST',
  'Europe/Rome':
    'Italy Milan Milano Naples Turin Florence Firenze Venice Bologna Palermo Sicily Sardinia CET CEST',
  'Europe/Sofia': 'Bulgaria Plovdiv Varna EET',
  'Europe/Stockholm': 'Sweden Gothenburg Göteborg Malmö Uppsala CET CEST',
  'Europe/Vienna': 'Austria Wien Graz Linz Salzburg Innsbruck CET CEST',
  'Europe/Warsaw': 'Poland Krakow Cracow Gdansk Wroclaw Poznan Lodz CET CEST',
  'Europe/Zagreb': 'Croatia Split Dubrovnik CET',
  'Europe/Zurich': 'Switzerland Geneva Genève Basel Bern Lausanne Lucerne Lugano CET CEST',
  'Pacific/Auckland': 'New Zealand Wellington Christchurch Queenstown NZST NZDT',
  'Pacific/Honolulu': 'USA United States Hawaii Maui Oahu HST US/Hawaii',
}

/** All zones, by name, with their offsets at that time. `stored` keeps its own name, which may be an old one or one not listed. */
export function zoneOptions(at: Date, stored: string): ZoneOption[] {
  const names = new Set(['UTC', ...Intl.supportedValuesOf('timeZone').map(newName)])
  names.delete(newName(stored))
  return [...names, stored]
    .map((value) => ({ value, offset: offsetOf(value, at) ?? '' }))
    .filter(({ value, offset }) => offset !== '' || value === stored)
    .map(({ value, offset }) => ({
      value,
      offset,
      label: `${nameInWords(value)}${offset && ` (${offset})`}`,
    }))
    .sort((a, b) => a.label.localeCompare(b.label, 'en'))
}

/** Those whose words begin with every word that was typed: zones of that name first, then those of such a city or country. */
export function findZones<T extends { value: string }>(options: T[], text: string): T[] {
  const wanted = wordsOf(text)
  const has = (words: string[]) => wanted.every((word) => words.some((each) => each.startsWith(word)))
  const named = options.filter(({ value }) => has(wordsOf(value)))
  const others = options.filter((option) => !named.includes(option) && has(wordsOf(allWords(option.value))))
  return [...named, ...others]
}

/** `Asia/Kolkata` for a zone of that or of its old name, without underscores. */
export const nameInWords = (zone: string) => newName(zone).replaceAll('_', ' ')

/** Whether both names are of one zone. */
export const isSameZone = (one: string, other: string) => newName(one) === newName(other)

const newName = (zone: string) => NEW_NAMES[zone] ?? zone

const OLD_NAMES = new Map(Object.entries(NEW_NAMES).map(([old, name]) => [name, old]))

const allWords = (zone: string) => {
  const name = newName(zone)
  return `${name} ${OLD_NAMES.get(name) ?? ''} ${WORDS[name] ?? ''}`
}

/** In lower case and without accents. */
const wordsOf = (text: string) =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

/** `UTC+05:30`; undefined for a zone that this browser does not know. */
function offsetOf(timeZone: string, at: Date): string | undefined {
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at)
    const offset = parts.find(({ type }) => type === 'timeZoneName')?.value.replace('GMT', 'UTC')
    return offset?.replace('-', '−')
  } catch {
    return undefined
  }
}
