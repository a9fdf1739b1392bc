// The emoji names people and apps use most, as Slack spells them. A name that is not here stays
// readable as :name:, so nothing is lost.

const TABLE = `
  smile 😄 smiley 😃 grinning 😀 grin 😁 laughing 😆 sweat_smile 😅 joy 😂 rofl 🤣 slightly_smiling_face 🙂
  simple_smile 🙂 upside_down_face 🙃 wink 😉 blush 😊 innocent 😇 heart_eyes 😍 star-struck 🤩
  kissing_heart 😘 yum 😋 stuck_out_tongue 😛 zany_face 🤪 hugging_face 🤗 thinking_face 🤔
  neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒 face_with_rolling_eyes 🙄
  grimacing 😬 relieved 😌 pensive 😔 sleepy 😪 sleeping 😴 mask 😷 nauseated_face 🤢 exploding_head 🤯
  partying_face 🥳 sunglasses 😎 nerd_face 🤓 confused 😕 worried 😟 slightly_frowning_face 🙁
  open_mouth 😮 astonished 😲 flushed 😳 pleading_face 🥺 cry 😢 sob 😭 scream 😱 tired_face 😫
  yawning_face 🥱 triumph 😤 rage 😡 angry 😠 skull 💀 ghost 👻 robot_face 🤖 wave 👋 raised_hand ✋
  ok_hand 👌 v ✌️ crossed_fingers 🤞 point_left 👈 point_right 👉 point_up ☝️ point_up_2 👆 point_down 👇
  +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 fist ✊ facepunch 👊 clap 👏 raised_hands 🙌 open_hands 👐
  handshake 🤝 pray 🙏 writing_hand ✍️ muscle 💪 brain 🧠 eyes 👀 eye 👁️ speaking_head_in_silhouette 🗣️
  bust_in_silhouette 👤 busts_in_silhouette 👥 baby 👶 woman-raising-hand 🙋‍♀️ man-raising-hand 🙋‍♂️
  raising_hand 🙋 shrug 🤷 female-student 👩‍🎓 male-student 👨‍🎓 student 🧑‍🎓 teacher 🧑‍🏫 scientist 🧑‍🔬
  female-scientist 👩‍🔬 male-scientist 👨‍🔬 technologist 🧑‍💻 heart ❤️ orange_heart 🧡 yellow_heart 💛
  green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍 broken_heart 💔
  sparkling_heart 💖 100 💯 boom 💥 dizzy 💫 star ⭐ star2 🌟 sparkles ✨ zap ⚡ fire 🔥 tada 🎉
  confetti_ball 🎊 balloon 🎈 gift 🎁 trophy 🏆 medal 🏅 sports_medal 🏅 first_place_medal 🥇 rosette 🏵️
  crown 👑 gem 💎 dart 🎯 game_die 🎲 musical_note 🎵 art 🎨 seedling 🌱 herb 🌿 four_leaf_clover 🍀
  deciduous_tree 🌳 evergreen_tree 🌲 cactus 🌵 rose 🌹 sunflower 🌻 blossom 🌼 cherry_blossom 🌸 tulip 🌷
  maple_leaf 🍁 mushroom 🍄 sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️ snowflake ❄️ rainbow 🌈
  ocean 🌊 earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 globe_with_meridians 🌐 moon 🌔 full_moon 🌕
  new_moon 🌑 dog 🐶 cat 🐱 mouse 🐭 rabbit 🐰 bear 🐻 penguin 🐧 bird 🐦 owl 🦉 hatching_chick 🐣 turtle 🐢
  snake 🐍 whale 🐳 octopus 🐙 bug 🐛 bee 🐝 butterfly 🦋 apple 🍎 lemon 🍋 banana 🍌 strawberry 🍓 pizza 🍕
  cake 🍰 birthday 🎂 cookie 🍪 coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷 champagne 🍾 house 🏠
  office 🏢 school 🏫 hospital 🏥 classical_building 🏛️ microscope 🔬 telescope 🔭 test_tube 🧪
  petri_dish 🧫 dna 🧬 alembic ⚗️ books 📚 book 📖 open_book 📖 notebook 📓 bookmark 🔖 newspaper 📰
  scroll 📜 memo 📝 pencil 📝 pencil2 ✏️ pen ✒️ lower_left_ballpoint_pen 🖊️ paperclip 📎 pushpin 📌
  round_pushpin 📍 triangular_ruler 📐 straight_ruler 📏 scissors ✂️ file_folder 📁 open_file_folder 📂
  card_index 📇 clipboard 📋 page_facing_up 📄 page_with_curl 📃 bar_chart 📊 chart_with_upwards_trend 📈
  chart_with_downwards_trend 📉 calendar 📆 date 📅 spiral_calendar_pad 🗓️ email ✉️ envelope ✉️
  incoming_envelope 📨 envelope_with_arrow 📩 inbox_tray 📥 outbox_tray 📤 mailbox 📫 package 📦 phone ☎️
  telephone_receiver 📞 iphone 📱 computer 💻 keyboard ⌨️ desktop_computer 🖥️ printer 🖨️ floppy_disk 💾
  camera 📷 movie_camera 🎥 tv 📺 bulb 💡 flashlight 🔦 mag 🔍 mag_right 🔎 lock 🔒 unlock 🔓 key 🔑 hammer 🔨
  wrench 🔧 gear ⚙️ hammer_and_wrench 🛠️ link 🔗 shield 🛡️ bell 🔔 no_bell 🔕 loudspeaker 📢 mega 📣
  speech_balloon 💬 thought_balloon 💭 left_speech_bubble 🗨️ alarm_clock ⏰ stopwatch ⏱️
  timer_clock ⏲️ hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚ clock1 🕐 clock3 🕒 clock9 🕘 moneybag 💰
  credit_card 💳 rocket 🚀 airplane ✈️ car 🚗 bus 🚌 bike 🚲 train 🚆 ship 🚢 anchor ⚓ construction 🚧
  rotating_light 🚨 traffic_light 🚥 checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️
  white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎
  heavy_plus_sign ➕ heavy_minus_sign ➖ question ❓ grey_question ❔ exclamation ❗
  heavy_exclamation_mark ❗ bangbang ‼️ warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑
  information_source ℹ️ sos 🆘 new 🆕 free 🆓 ok 🆗 up 🆙 cool 🆒 id 🆔 recycle ♻️ arrow_up ⬆️
  arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrow_upper_right ↗️ arrow_lower_right ↘️
  leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ arrows_counterclockwise 🔄 arrows_clockwise 🔃
  back 🔙 soon 🔜 top 🔝 arrow_forward ▶️ double_vertical_bar ⏸️ black_square_for_stop ⏹️ red_circle 🔴
  large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵
  large_purple_circle 🟣 large_brown_circle 🟤 white_circle ⚪ black_circle ⚫ large_red_square 🟥
  large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦
  white_large_square ⬜ black_large_square ⬛ small_blue_diamond 🔹 small_orange_diamond 🔸
  large_blue_diamond 🔷 large_orange_diamond 🔶 radio_button 🔘 zero 0️⃣ one 1️⃣ two 2️⃣ three 3️⃣
  four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 hash #️⃣ puzzle_piece 🧩
  jigsaw 🧩 compass 🧭 world_map 🗺️ map 🗺️ lifebuoy 🛟 ring_buoy 🛟 umbrella ☔ door 🚪 chair 🪑
  couch_and_lamp 🛋️ mortar_board 🎓 school_satchel 🎒 briefcase 💼 necktie 👔 eyeglasses 👓 ear 👂
  hear_no_evil 🙉 see_no_evil 🙈 speak_no_evil 🙊 two_hearts 💕 heartpulse 💗 infinity ♾️ copyright ©️
  tm ™️
`;

const words = TABLE.trim().split(/\s+/);
const EMOJI = new Map();
for (let i = 0; i < words.length; i += 2) EMOJI.set(words[i], words[i + 1]);

export const emojiNames = () => [...EMOJI.keys()];

/** The character for "tada", or for "+1::skin-tone-3"; undefined when the name is unknown. */
export function emoji(name) {
  const [base, tone] = name.split("::");
  const sign = EMOJI.get(base);
  const shade = /^skin-tone-([2-6])$/.exec(tone ?? "");
  return sign && shade ? sign.replace("\uFE0F", "") + String.fromCodePoint(0x1f3f9 + Number(shade[1])) : sign;
}

/** A rich text emoji carries its code points as "1f389" or "1f44b-1f3fd". */
export function fromUnicode(points) {
  try {
    return String.fromCodePoint(...points.split("-").map((point) => Number.parseInt(point, 16)));
  } catch {
    return undefined;
  }
}

/** Replaces the :names: in plain words. */
export const withEmoji = (text) => text.replace(/:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/g, (all, name) => emoji(name) ?? all);
